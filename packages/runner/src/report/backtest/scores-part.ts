import type { JsonValue } from '@portolan/core'
import { z } from 'zod'
import type { BacktestScores } from './backtest-step.ts'
import { rounded } from './rounded.ts'

const DECIMALS = 9

const explanation = z.looseObject({
  missing: z.array(z.looseObject({ driver: z.string(), timeframe: z.string() })).default([]),
})

/** What a line says of A and E. */
export interface ScoresPart {
  readonly A: number
  readonly E: number
  /** Drivers that were missing, e.g. `btc macro`. */
  readonly missing: readonly string[]
}

/** A and E by the regime, and the drivers that it lacked; `null` when both were pinned. */
export function scoresPart({ a, e, explanation: told }: BacktestScores): ScoresPart | null {
  if (isPinned(told)) return null
  const read = explanation.safeParse(told)
  const missing = read.success ? read.data.missing : []
  return {
    A: rounded(a, DECIMALS),
    E: rounded(e, DECIMALS),
    missing: missing.map(({ driver, timeframe }) => `${driver} ${timeframe}`),
  }
}

function isPinned(told: JsonValue): boolean {
  return typeof told === 'object' && told !== null && 'fixedA' in told && 'fixedE' in told
}
