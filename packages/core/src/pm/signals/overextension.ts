import { normalisedSlope } from '../indicators/indicators.ts'
import { clamp } from '../numeric/clamp.ts'
import { changeOver } from '../numeric/ring.ts'
import { sigmoid } from '../numeric/sigmoid.ts'
import type { EvaluationInput } from './evaluation.ts'

/**
 * OX: how far the price has run ahead of its averages, in [0, 1].
 * @param atrRatio ATR / atrMean20
 * @param edx null outside S3
 */
export function overextension(input: EvaluationInput, atrRatio: number, edx: number | null): number {
  const { close, atr, ema, indicators, config } = input
  const c = config.scores.overextension
  const sum =
    c.ema20.weight * sigmoid((close - ema.ema20) / (c.ema20.scale * atr)) +
    c.ema60.weight * sigmoid((close - ema.ema60) / (c.ema60.scale * atr)) +
    c.ema144.weight * sigmoid((close - ema.ema144) / (c.ema144.scale * atr)) +
    c.ema250.weight * sigmoid((close - ema.ema250) / (c.ema250.scale * atr)) +
    c.fastSeparation.weight * sigmoid(changeOver(indicators.separationsFast) / c.fastSeparation.scale) +
    c.midSeparation.weight * sigmoid(changeOver(indicators.separationsMid) / c.midSeparation.scale) +
    c.volatility.weight * sigmoid((atrRatio - 1) / c.volatility.scale) +
    c.fastSlope.weight * sigmoid(-normalisedSlope(indicators, ema, 'ema20') / c.fastSlope.scale)
  if (edx === null) return clamp(sum)
  return clamp(sum * (1 + c.decay.gain * clamp(edx - c.decay.from, 0, c.decay.cap)))
}
