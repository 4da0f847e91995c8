import type { Bar, PmConfig, Timeframe } from '@portolan/core'
import { REGIME_TIMEFRAMES, TIMEFRAME_MS } from '@portolan/core'
import type { DriverSourceEntry, RegimeSettings } from '../config/index.ts'
import { BarFile } from '../history/bar-file.ts'
import { coarserBars } from '../history/coarser-bars.ts'
import type { DriverSource, RegimeSources } from '../loop/regime-sources.ts'

/** The sources of the regime that a config names. */
export interface ConfiguredSources {
  readonly sources: RegimeSources
  /** The files among them, to be read again from time to time. */
  readonly files: readonly BarFile[]
}

/**
 * Opens the files that a config names for the regime. Each timeframe of the regime is read from the files of the longest timeframe that is not longer.
 * @throws {BarFileError} for one that cannot be used.
 */
export function configuredSources(
  { drivers, buckets, marketCaps }: RegimeSettings,
  { regime }: Pick<PmConfig, 'regime'>,
): ConfiguredSources {
  const files: BarFile[] = []
  const read = [...new Set(REGIME_TIMEFRAMES.map((timeframe) => regime.timeframe[timeframe]))]
  const open = (entries: readonly DriverSourceEntry[]): readonly DriverSource[] => {
    const own = new Set(entries.flatMap((entry) => ('csv' in entry ? [entry.timeframe] : [])))
    return entries.flatMap((entry): readonly DriverSource[] => {
      if ('venue' in entry) return [{ kind: 'venue', key: entry.venue, label: entry.label, token: entry.token }]
      const file = new BarFile(entry.csv, entry.timeframe)
      files.push(file)
      return read.flatMap((timeframe) =>
        longestWithin(own, timeframe) === entry.timeframe ? [recorded(file, entry.timeframe, timeframe)] : [],
      )
    })
  }
  return {
    sources: {
      drivers: Object.fromEntries(Object.entries(drivers).map(([driver, entries]) => [driver, open(entries)])),
      buckets: bucketSources(buckets),
      marketCaps: new Map(Object.entries(marketCaps)),
    },
    files,
  }
}

/** The longest of some timeframes of which bars of another one can be made; `null` when all are longer. */
function longestWithin(timeframes: ReadonlySet<Timeframe>, of: Timeframe): Timeframe | null {
  const within = [...timeframes].filter((timeframe) => TIMEFRAME_MS[timeframe] <= TIMEFRAME_MS[of])
  return within.sort((a, b) => TIMEFRAME_MS[b] - TIMEFRAME_MS[a])[0] ?? null
}

function recorded(file: BarFile, from: Timeframe, to: Timeframe): DriverSource {
  if (from === to) return { kind: 'recorded', timeframe: to, bars: () => file.bars }
  let made: { readonly of: readonly Bar[]; readonly bars: readonly Bar[] } | null = null
  const bars = (): readonly Bar[] => {
    if (made?.of !== file.bars) made = { of: file.bars, bars: coarserBars(file.bars, from, to) }
    return made.bars
  }
  return { kind: 'recorded', timeframe: to, bars }
}

function bucketSources(buckets: RegimeSettings['buckets']): RegimeSources['buckets'] {
  if (buckets === null) return {}
  const { venue: key, label, members } = buckets
  return Object.fromEntries(
    Object.entries(members).map(([bucket, tokens]) => [
      bucket,
      tokens.map((token): DriverSource => ({ kind: 'venue', key, label, token })),
    ]),
  )
}
