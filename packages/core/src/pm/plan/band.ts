import type { PlanConfig } from '../config/plan-config.ts'

export type Band = 'high' | 'mid' | 'low'

/** The band of a score in [0, 1]. */
export function bandOf(score: number, bands: PlanConfig['bands']): Band {
  if (score >= bands.high) return 'high'
  return score >= bands.mid ? 'mid' : 'low'
}
