import { nearestLevel } from '../indicators/levels.ts'
import type { EvaluationInput } from './evaluation.ts'

/** The trim gates of S2 and S3. */
export interface TrimEvaluation {
  readonly trimFlag: boolean
  /** Price of the nearest level when the flag is set. */
  readonly trimLevel: number | null
  readonly overextension: number
  readonly level: number | null
}

/** trimFlag: overextended, with a level within reach of the close. */
export function evaluateTrim(input: EvaluationInput, ox: number): TrimEvaluation {
  const { bar, atr, levels, config } = input
  const gate = config.flags.trim
  const nearest = nearestLevel(levels, bar.close)
  const near = nearest !== null && Math.abs(bar.close - nearest.price) <= gate.levelAtr * atr
  const trimFlag = near && ox >= gate.minOverextension
  return {
    trimFlag,
    trimLevel: trimFlag ? nearest.price : null,
    overextension: ox - gate.minOverextension,
    level: nearest === null ? null : gate.levelAtr - Math.abs(bar.close - nearest.price) / atr,
  }
}
