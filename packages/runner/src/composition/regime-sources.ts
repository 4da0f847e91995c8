import type { DriverSourceEntry, RegimeSettings } from '../config/index.ts'
import { BarFile } from '../history/bar-file.ts'
import type { DriverSource, RegimeSources } from '../loop/regime-sources.ts'

/** The sources of the regime that a config names. */
export interface ConfiguredSources {
  readonly sources: RegimeSources
  /** The files among them, to be read again from time to time. */
  readonly files: readonly BarFile[]
}

/** Opens the files that a config names for the regime. @throws {BarFileError} for one that cannot be used. */
export function configuredSources({ drivers, buckets, marketCaps }: RegimeSettings): ConfiguredSources {
  const files: BarFile[] = []
  const open = (entry: DriverSourceEntry): DriverSource => {
    if ('venue' in entry) return { kind: 'venue', key: entry.venue, label: entry.label, token: entry.token }
    const file = new BarFile(entry.csv, entry.timeframe)
    files.push(file)
    return { kind: 'recorded', timeframe: entry.timeframe, bars: () => file.bars }
  }
  return {
    sources: {
      drivers: Object.fromEntries(Object.entries(drivers).map(([driver, entries]) => [driver, entries.map(open)])),
      buckets: bucketSources(buckets),
      marketCaps: new Map(Object.entries(marketCaps)),
    },
    files,
  }
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
