import { normalisedSlope } from '../indicators/indicators.ts'
import { levelBoost } from '../indicators/levels.ts'
import { evaluateTrim } from './evaluate-trim.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { overextension } from './overextension.ts'
import { NO_FLAGS, NO_MARGINS } from './signals.ts'

/** S2: buyFlag on a retest of EMA333, trimFlag. */
export function evaluateRetest(input: EvaluationInput): Evaluation {
  const { bar, atr, strength, indicators, reading, levels, config } = input
  const gate = config.flags.retest
  const anchor = reading.ema.ema333
  const slope250 = normalisedSlope(indicators, reading, 'ema250')
  const slope333 = normalisedSlope(indicators, reading, 'ema333')
  const total = strength + levelBoost(levels, anchor, atr, config.scores.levelBoost)
  const buyFlag =
    Math.abs(bar.close - anchor) <= gate.distanceAtr * atr &&
    (slope250 > 0 || slope333 >= 0) &&
    total >= gate.minStrength
  const ox = overextension(indicators, reading, bar.close, atr, null, config)
  const trim = evaluateTrim(input, ox)
  return {
    flags: { ...NO_FLAGS, buyFlag, trimFlag: trim.trimFlag },
    scores: { ts: strength, edx: null, ox, dx: null },
    trimLevel: trim.trimLevel,
    margins: {
      ...NO_MARGINS,
      distance: gate.distanceAtr - Math.abs(bar.close - anchor) / atr,
      slope: Math.max(slope250, slope333),
      strength: total - gate.minStrength,
      overextension: trim.overextension,
      level: trim.level,
    },
  }
}
