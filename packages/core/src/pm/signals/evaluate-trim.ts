import type { EvaluationInput } from './evaluation.ts'

/** The trim gates of S2 and S3. */
export interface TrimEvaluation {
  /** Price of the level that trimFlag saw; null when the flag is not set. */
  readonly level: number | null
  readonly overextensionMargin: number
  readonly levelMargin: number | null
}

/** trimFlag: overextended, with a level within reach of the close. `nearest`: the price of the nearest level. */
export function evaluateTrim(input: EvaluationInput, ox: number, nearest: number | null): TrimEvaluation {
  const { close, atr, config } = input
  const gate = config.flags.trim
  const overextensionMargin = ox - gate.minOverextension
  if (nearest === null) return { level: null, overextensionMargin, levelMargin: null }
  const distance = Math.abs(close - nearest)
  const flag = distance <= gate.levelAtr * atr && ox >= gate.minOverextension
  return { level: flag ? nearest : null, overextensionMargin, levelMargin: gate.levelAtr - distance / atr }
}
