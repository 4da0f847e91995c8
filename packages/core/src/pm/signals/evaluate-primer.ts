import { normalisedSlope } from '../indicators/indicators.ts'
import { levelBoost } from '../indicators/levels.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { bearishOrderMargin } from './order-margins.ts'
import { NO_FLAGS, NO_MARGINS } from './signals.ts'

/** S1: buySignal near EMA60. */
export function evaluatePrimer(input: EvaluationInput): Evaluation {
  const { bar, atr, strength, indicators, reading, levels, config } = input
  const gate = config.flags.primer
  const anchor = reading.ema.ema60
  const slope60 = normalisedSlope(indicators, reading, 'ema60')
  const slope144 = normalisedSlope(indicators, reading, 'ema144')
  const distance = gate.distanceAtr - Math.abs(bar.close - anchor) / atr
  const total = strength + levelBoost(levels, anchor, atr, config.scores.levelBoost)
  const buySignal =
    Math.abs(bar.close - anchor) <= gate.distanceAtr * atr &&
    (slope60 > 0 || slope144 >= 0) &&
    total >= gate.minStrength
  return {
    flags: { ...NO_FLAGS, buySignal },
    scores: { ts: strength, edx: null, ox: null, dx: null },
    trimLevel: null,
    margins: {
      ...NO_MARGINS,
      exit: bearishOrderMargin(reading.ema, atr),
      distance,
      slope: Math.max(slope60, slope144),
      strength: total - gate.minStrength,
    },
  }
}
