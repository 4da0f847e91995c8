import type { LearningConfig } from '../config/learning-config.ts'
import { clamp } from '../numeric/clamp.ts'

/** R of the last trades of one scope, oldest first. Immutable, plain JSON. */
export interface ScopeStatistics {
  readonly results: readonly number[]
}

export const EMPTY_STATISTICS: ScopeStatistics = { results: [] }

/** The statistics with one more closed trade. `r` as in `ClosedTrade`. */
export function addResult(statistics: ScopeStatistics, r: number, config: LearningConfig): ScopeStatistics {
  return { results: [...statistics.results, clamp(r, config.minR, config.maxR)].slice(-config.maxTrades) }
}

/** Learned strength d: the mean R, believed the more the more trades there are, capped; 0 without trades. */
export function learnedStrength(statistics: ScopeStatistics, config: LearningConfig): number {
  const n = statistics.results.length
  if (n === 0) return 0
  let sum = 0
  for (const r of statistics.results) sum += r
  return clamp((n / (n + config.prior)) * (sum / n), -config.maxStrength, config.maxStrength)
}
