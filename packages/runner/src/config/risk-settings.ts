import type { RiskConfig } from '../risk/index.ts'
import { NO_LIMITS } from '../risk/index.ts'
import type { ParsedConfig } from './schema.ts'

/** The `risk` section with what it does not name. */
export function completeRisk(parsed: ParsedConfig['risk']): RiskConfig {
  const { dailyLossUsd, drawdownUsd, onBreach, venues, ...limits } = parsed
  return {
    limits: { ...NO_LIMITS, ...named(limits) },
    venues: Object.fromEntries(Object.entries(venues).map(([entry, own]) => [entry, named(own)])),
    losses: { dailyLossUsd, drawdownUsd, onBreach },
  }
}

/** An option that is there without a value is not there. */
function named<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
