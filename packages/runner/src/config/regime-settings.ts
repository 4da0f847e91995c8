import { resolve } from 'node:path'
import type { DriverName, PmConfig } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import type { DriverSourceEntry, RegimeSettings } from './config.ts'
import type { ConfigIssue } from './config-error.ts'
import type { ParsedRegime, ParsedSources } from './regime-schema.ts'

const SOURCED = ['btc', 'alt', 'btc_dominance', 'usdt_dominance'] as const satisfies readonly DriverName[]

/** @param directory from which the paths of files start. */
export function completeRegime({ drivers, marketCaps }: ParsedRegime, directory: string): RegimeSettings {
  const named: { -readonly [D in (typeof SOURCED)[number]]?: readonly DriverSourceEntry[] } = {}
  for (const driver of SOURCED) {
    const found = drivers[driver]
    if (found !== undefined) named[driver] = listOf(found).map((source) => complete(source, directory))
  }
  return { drivers: named, buckets: completeBuckets(drivers.bucket), marketCaps }
}

/** A file whose bars nobody would read. */
export function regimeIssues({ drivers }: ParsedRegime, { regime }: PmConfig): ConfigIssue[] {
  const read = [...new Set(Object.values(regime.timeframe))]
  const longest = Math.max(...read.map((timeframe) => TIMEFRAME_MS[timeframe]))
  return SOURCED.flatMap((driver) => {
    const found = drivers[driver]
    if (found === undefined) return []
    return listOf(found).flatMap((source, index) => {
      if (!('csv' in source) || TIMEFRAME_MS[source.timeframe] <= longest) return []
      const at = Array.isArray(found) ? `${driver}[${index}]` : driver
      const message = `the regime is read on ${read.join(', ')}: ${source.timeframe} bars are longer than all of them`
      return [{ path: `regime.drivers.${at}.timeframe`, message }]
    })
  })
}

type ParsedSource = Exclude<ParsedSources, readonly unknown[]>

function listOf(sources: ParsedSources): readonly ParsedSource[] {
  return Array.isArray(sources) ? sources : [sources]
}

function complete(source: ParsedSource, directory: string): DriverSourceEntry {
  return 'csv' in source
    ? { ...source, csv: resolve(directory, source.csv) }
    : { ...source, label: source.label ?? null }
}

function completeBuckets(bucket: ParsedRegime['drivers']['bucket']): RegimeSettings['buckets'] {
  if (bucket === undefined) return null
  const { venue, label = null, ...members } = bucket
  const named = Object.entries(members).filter(([, tokens]) => tokens !== undefined)
  return { venue, label, members: Object.fromEntries(named) }
}
