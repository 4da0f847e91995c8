import { normalisedSlope } from '../indicators/indicators.ts'
import { readLevels } from '../indicators/levels.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { bearishOrderMargin } from './order-margins.ts'

/** S1: buySignal near EMA60. */
export function evaluatePrimer(input: EvaluationInput): Evaluation {
  const { close, atr, momentum, ema, indicators, config } = input
  const gate = config.flags.primer
  const anchor = ema.ema60
  const slope60 = normalisedSlope(indicators, ema, 'ema60')
  const slope144 = normalisedSlope(indicators, ema, 'ema144')
  const levels = readLevels(indicators.swings, atr, close, anchor, config.levels, config.scores.levelBoost)
  const strength = momentum.strength + levels.boost
  const buySignal =
    Math.abs(close - anchor) <= gate.distanceAtr * atr && (slope60 > 0 || slope144 >= 0) && strength >= gate.minStrength
  return {
    flags: {
      buySignal,
      buyFlag: false,
      trimFlag: false,
      emergencyExit: false,
      reclaimed: false,
      exitPosition: false,
    },
    scores: { ts: momentum.strength, edx: null, ox: null, dx: null },
    trimLevel: null,
    margins: {
      exit: bearishOrderMargin(ema, atr),
      emergency: null,
      reclaim: null,
      distance: gate.distanceAtr - Math.abs(close - anchor) / atr,
      slope: Math.max(slope60, slope144),
      strength: strength - gate.minStrength,
      discount: null,
      overextension: null,
      level: null,
    },
  }
}
