import { normalisedSlope } from '../indicators/indicators.ts'
import { levelBoost } from '../indicators/levels.ts'
import type { UptrendMeasures, UptrendMemory } from '../trend/uptrend-memory.ts'
import { trendDecay } from './decay.ts'
import { discount, discountThreshold } from './discount.ts'
import { evaluateTrim } from './evaluate-trim.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { allBelow333Margin } from './order-margins.ts'
import { overextension } from './overextension.ts'

/** What an S3 adds to the input of an evaluation. */
export interface UptrendInput extends EvaluationInput {
  readonly uptrend: UptrendMemory
  readonly measures: UptrendMeasures
  /** The emergencyExit band after this bar, and whether this bar ended it. */
  readonly emergency: boolean
  readonly reclaimed: boolean
}

/** S3: emergencyExit, reclaimed, buyFlag in the discount zone, trimFlag. */
export function evaluateUptrend(input: UptrendInput): Evaluation {
  const { bar, atr, strength, indicators, reading, config, emergency, reclaimed } = input
  const gate = config.flags.discount
  const { ema144, ema333 } = reading.ema
  const edx = trendDecay(input.uptrend, input.measures, config)
  const ox = overextension(indicators, reading, bar.close, atr, edx, config)
  const dx = discount(indicators, reading, bar, atr, edx, config)
  const slope250 = normalisedSlope(indicators, reading, 'ema250')
  const slope333 = normalisedSlope(indicators, reading, 'ema333')
  const total = strength + levelBoost(input.levels, ema333, atr, config.scores.levelBoost)
  const needed = ema144 > ema333 ? discountThreshold(edx, (ema144 - bar.close) / (ema144 - ema333), config) : null
  const buyFlag =
    needed !== null &&
    ema333 <= bar.close &&
    bar.close <= ema144 &&
    !emergency &&
    (slope250 > 0 || slope333 >= 0) &&
    total >= gate.minStrength &&
    dx >= needed
  const trim = evaluateTrim(input, ox)
  const band = config.flags.emergency.bandAtr
  return {
    flags: {
      buySignal: false,
      buyFlag,
      trimFlag: trim.trimFlag,
      emergencyExit: emergency,
      reclaimed,
      exitPosition: false,
    },
    scores: { ts: strength, edx, ox, dx },
    trimLevel: trim.trimLevel,
    margins: {
      exit: allBelow333Margin(reading.ema, atr),
      emergency: (ema333 - bar.close) / atr - band,
      reclaim: emergency ? (bar.close - ema333) / atr - band : null,
      distance: Math.min(bar.close - ema333, ema144 - bar.close) / atr,
      slope: Math.max(slope250, slope333),
      strength: total - gate.minStrength,
      discount: needed === null ? null : dx - needed,
      overextension: trim.overextension,
      level: trim.level,
    },
  }
}
