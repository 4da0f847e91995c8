import { normalisedSlope } from '../indicators/indicators.ts'
import { readLevels } from '../indicators/levels.ts'
import { ringMean } from '../numeric/ring.ts'
import { evaluateTrim } from './evaluate-trim.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { overextension } from './overextension.ts'

/** S2: buyFlag on a retest of EMA333, trimFlag. */
export function evaluateRetest(input: EvaluationInput): Evaluation {
  const { close, atr, momentum, ema, indicators, config } = input
  const gate = config.flags.retest
  const anchor = ema.ema333
  const slope250 = normalisedSlope(indicators, ema, 'ema250')
  const slope333 = normalisedSlope(indicators, ema, 'ema333')
  const levels = readLevels(indicators.swings, atr, close, anchor, config.levels, config.scores.levelBoost)
  const strength = momentum.strength + levels.boost
  const buyFlag =
    Math.abs(close - anchor) <= gate.distanceAtr * atr &&
    (slope250 > 0 || slope333 >= 0) &&
    strength >= gate.minStrength
  const ox = overextension(input, atr / ringMean(indicators.atrs), null)
  const trim = evaluateTrim(input, ox, levels.nearest)
  return {
    flags: {
      buySignal: false,
      buyFlag,
      trimFlag: trim.level !== null,
      emergencyExit: false,
      reclaimed: false,
      exitPosition: false,
    },
    scores: { ts: momentum.strength, edx: null, ox, dx: null },
    trimLevel: trim.level,
    margins: {
      exit: null,
      emergency: null,
      reclaim: null,
      distance: gate.distanceAtr - Math.abs(close - anchor) / atr,
      slope: Math.max(slope250, slope333),
      strength: strength - gate.minStrength,
      discount: null,
      overextension: trim.overextensionMargin,
      level: trim.levelMargin,
    },
  }
}
