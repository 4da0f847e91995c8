import type { Bar, PmConfig, Timeframe, VenueKey } from '@portolan/core'
import { REGIME_TIMEFRAMES, TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import type { DriverSource, RegimeSeriesSpec } from '../loop/regime-sources.ts'
import type { Source, Store } from '../store/store.ts'
import { coarserBars } from './coarser-bars.ts'

/** What a store has recorded of the series from which the regime is read. */
export interface PastMarket {
  readonly store: Pick<Store, 'bars'>
  /** Under which the data of a venue entry were recorded; `problem` is a sentence for a person. */
  readonly sourceOf: (key: VenueKey, label: string | null) => { readonly source: Source } | { readonly problem: string }
}

export interface PastRegime {
  /** All of recorded bars; those of which there are none are missing. */
  readonly series: readonly RegimeSeriesSpec[]
  /** What a person should know of it: sentences. */
  readonly notices: readonly string[]
}

type VenueSource = Extract<DriverSource, { readonly kind: 'venue' }>

/**
 * The series of a regime where no venue is connected: series of venues are read from what was recorded of them, up to a time, ms.
 * @param market `null`: nothing was recorded.
 */
export async function pastRegime(
  specs: readonly RegimeSeriesSpec[],
  market: PastMarket | null,
  { config, to }: { readonly config: Pick<PmConfig, 'regime'>; readonly to: number },
): Promise<PastRegime> {
  const read = [...new Set(REGIME_TIMEFRAMES.map((timeframe) => config.regime.timeframe[timeframe]))]
  const known = new Map<string, readonly DriverSource[]>()
  const notices: string[] = []
  const recorded = async (source: VenueSource, series: string): Promise<readonly DriverSource[]> => {
    const found = market?.sourceOf(source.key, source.label) ?? { problem: 'there is no store' }
    const without = `${series} of the regime is without ${source.token} of ${source.key}`
    if (market === null || 'problem' in found) {
      notices.push(`${without}: ${'problem' in found ? found.problem : 'there is no store'}`)
      return []
    }
    const name = JSON.stringify([source.key, found.source, source.token])
    const sources = known.get(name) ?? (await recordedSources(market.store, { ...source, ...found }, read, to))
    known.set(name, sources)
    if (sources.length === 0) notices.push(`${without}: nothing of it was recorded`)
    return sources
  }
  const series: RegimeSeriesSpec[] = []
  for (const spec of specs) {
    const sources: DriverSource[] = []
    for (const source of spec.sources) {
      if (source.kind === 'recorded') sources.push(source)
      else sources.push(...(await recorded(source, spec.series)))
    }
    series.push({ ...spec, sources })
  }
  return { series, notices }
}

async function recordedSources(
  store: Pick<Store, 'bars'>,
  of: { readonly key: VenueKey; readonly source: Source; readonly token: VenueSource['token'] },
  read: readonly Timeframe[],
  to: number,
): Promise<readonly DriverSource[]> {
  const ref = { venue: of.key, source: of.source, feed: 'majors' as const, instrument: of.token }
  const sources: DriverSource[] = []
  for (const timeframe of read) {
    const bars = await longestOf(store, ref, timeframe, to)
    if (bars.length > 0) sources.push({ kind: 'recorded', timeframe, bars: () => bars })
  }
  return sources
}

/** The bars of a timeframe, else those that finer ones make. */
async function longestOf(
  store: Pick<Store, 'bars'>,
  ref: Omit<Parameters<Store['bars']>[0], 'timeframe' | 'from' | 'to'>,
  timeframe: Timeframe,
  to: number,
): Promise<readonly Bar[]> {
  const within = TIMEFRAMES.filter((of) => TIMEFRAME_MS[of] <= TIMEFRAME_MS[timeframe]).toReversed()
  for (const of of within) {
    const bars = await store.bars({ ...ref, timeframe: of, from: 0, to })
    if (bars.length > 0) return of === timeframe ? bars : coarserBars(bars, of, timeframe)
  }
  return []
}
