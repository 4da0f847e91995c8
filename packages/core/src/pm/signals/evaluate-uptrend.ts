import { readLevels } from '../indicators/levels.ts'
import { ringMean } from '../numeric/ring.ts'
import type { UptrendMeasures, UptrendMemory } from '../trend/uptrend-memory.ts'
import { trendDecay } from './decay.ts'
import { discount, discountThreshold } from './discount.ts'
import { evaluateTrim } from './evaluate-trim.ts'
import type { Evaluation, EvaluationInput } from './evaluation.ts'
import { allBelow333Margin } from './order-margins.ts'
import { overextension } from './overextension.ts'

/** What an S3 adds to the input of an evaluation. */
export interface UptrendInput {
  readonly memory: UptrendMemory
  readonly measures: UptrendMeasures
  /** The emergencyExit band after this bar, and whether this bar ended it. */
  readonly emergency: boolean
  readonly reclaimed: boolean
}

/** S3: emergencyExit, reclaimed, buyFlag in the discount zone, trimFlag. */
export function evaluateUptrend(input: EvaluationInput, uptrend: UptrendInput): Evaluation {
  const { close, atr, momentum, ema, indicators, config } = input
  const { measures, emergency, reclaimed } = uptrend
  const { ema144, ema333 } = ema
  const gate = config.flags.discount
  const atrRatio = atr / ringMean(indicators.atrs)
  const edx = trendDecay(uptrend.memory, measures, config)
  const ox = overextension(input, atrRatio, edx)
  const dx = discount(input, atrRatio, edx)
  const levels = readLevels(indicators.swings, atr, close, ema333, config.levels, config.scores.levelBoost)
  const strength = momentum.strength + levels.boost
  const needed = ema144 > ema333 ? discountThreshold(edx, (ema144 - close) / (ema144 - ema333), config) : null
  const buyFlag =
    needed !== null &&
    ema333 <= close &&
    close <= ema144 &&
    !emergency &&
    (measures.slope250 > 0 || measures.slope333 >= 0) &&
    strength >= gate.minStrength &&
    dx >= needed
  const trim = evaluateTrim(input, ox, levels.nearest)
  const band = config.flags.emergency.bandAtr
  return {
    flags: {
      buySignal: false,
      buyFlag,
      trimFlag: trim.level !== null,
      emergencyExit: emergency,
      reclaimed,
      exitPosition: false,
    },
    scores: { ts: momentum.strength, edx, ox, dx },
    trimLevel: trim.level,
    margins: {
      exit: allBelow333Margin(ema, atr),
      emergency: (ema333 - close) / atr - band,
      reclaim: emergency ? (close - ema333) / atr - band : null,
      distance: Math.min(close - ema333, ema144 - close) / atr,
      slope: Math.max(measures.slope250, measures.slope333),
      strength: strength - gate.minStrength,
      discount: needed === null ? null : dx - needed,
      overextension: trim.overextensionMargin,
      level: trim.levelMargin,
    },
  }
}
