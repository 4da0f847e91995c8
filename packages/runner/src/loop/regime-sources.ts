import type { Bar, DriverName, InstrumentId, MarketCapBucket, RegimeSeries, Timeframe, VenueKey } from '@portolan/core'
import { MARKET_CAP_BUCKETS } from '@portolan/core'

/** Where bars of a driver come from. */
export type DriverSource =
  /** A series of the feed `majors` of an entry; `label` `null`: the only one of its venue that brings data. */
  | { readonly kind: 'venue'; readonly key: VenueKey; readonly label: string | null; readonly token: InstrumentId }
  /** Bars that were recorded, oldest first, also some that are not closed by now: they count once they are. More may be there at the next call. */
  | { readonly kind: 'recorded'; readonly timeframe: Timeframe; readonly bars: () => readonly Bar[] }

/** What is configured of the regime beside the majors. */
export interface RegimeSources {
  /** In the place of what the majors would give. */
  readonly drivers: { readonly [D in Exclude<DriverName, 'bucket'>]?: readonly DriverSource[] }
  /** Members of the composite of each bucket. */
  readonly buckets: { readonly [B in MarketCapBucket]?: readonly DriverSource[] }
  /** USD by token; before what the venue says. */
  readonly marketCaps: ReadonlyMap<string, number>
  /** All series, where somebody has worked out what they are read from: in the place of the majors and of the above. */
  readonly series?: readonly RegimeSeriesSpec[]
}

export const NO_SOURCES: RegimeSources = { drivers: {}, buckets: {}, marketCaps: new Map() }

/** One series of the regime and what it is made of. */
export interface RegimeSeriesSpec {
  readonly series: RegimeSeries
  readonly sources: readonly DriverSource[]
  /** Whether one source alone is a composite as well. */
  readonly composite: boolean
}

/** The series that are to be followed: what is configured, else `btc` from the first of the majors and `alt` from the others. */
export function regimeSeries(
  majors: {
    readonly key: VenueKey
    readonly label: string | null
    readonly symbols: readonly InstrumentId[]
  } | null,
  { drivers, buckets, series }: RegimeSources,
): readonly RegimeSeriesSpec[] {
  if (series !== undefined) return series.filter(({ sources }) => sources.length > 0)
  const [btc, ...alt] = (majors?.symbols ?? []).flatMap((token): DriverSource[] =>
    majors === null ? [] : [{ kind: 'venue', key: majors.key, label: majors.label, token }],
  )
  const single = (of: RegimeSeries, sources: readonly DriverSource[] = []) => ({
    series: of,
    sources,
    composite: false,
  })
  const all: readonly RegimeSeriesSpec[] = [
    single('btc', drivers.btc ?? (btc === undefined ? [] : [btc])),
    drivers.alt === undefined ? { series: 'alt', sources: alt, composite: true } : single('alt', drivers.alt),
    single('btc_dominance', drivers.btc_dominance),
    single('usdt_dominance', drivers.usdt_dominance),
    ...MARKET_CAP_BUCKETS.map(
      (bucket): RegimeSeriesSpec => ({ series: `bucket:${bucket}`, sources: buckets[bucket] ?? [], composite: true }),
    ),
  ]
  return all.filter(({ sources }) => sources.length > 0)
}
