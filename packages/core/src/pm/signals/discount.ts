import type { PmConfig } from '../config/pm-config.ts'
import { volumeScore } from '../indicators/volume-score.ts'
import { clamp } from '../numeric/clamp.ts'
import { changeOver } from '../numeric/ring.ts'
import { sigmoid } from '../numeric/sigmoid.ts'
import type { EvaluationInput } from './evaluation.ts'

/**
 * DX: how good a discount the price is within an uptrend, in [0, 1]. S3 only.
 * @param atrRatio ATR / atrMean20
 */
export function discount(input: EvaluationInput, atrRatio: number, edx: number): number {
  const { close, indicators, config } = input
  const { ema144, ema333 } = input.ema
  const c = config.scores.discount
  const x = ema144 > ema333 ? clamp((close - ema333) / (ema144 - ema333)) : 1
  const spread = Math.abs(ema144 - ema333) / close
  const narrow = sigmoid((c.narrow.width - spread) / c.narrow.scale)
  const location = Math.exp(-c.steepness * x) * (1 + c.narrow.gain * narrow)
  const exhaustion = sigmoid(-volumeScore(indicators.logVolumes, config.indicators.volume))
  const curl = changeOver(indicators.slopes144) > 0 ? 1 : 0
  const sum = c.location * location + c.exhaustion * exhaustion + c.relief * relief(input, atrRatio) + c.curl * curl
  return clamp(sum * (1 - c.decay.loss * clamp(edx - c.decay.from, 0, c.decay.cap)))
}

/** The price wants DX at least this high for a buyFlag in S3. `position` is 1 at EMA333 and 0 at EMA144. */
export function discountThreshold(edx: number, position: number, config: PmConfig): number {
  const c = config.flags.discount
  const suppression = c.suppression.gain * clamp((edx - c.suppression.from) / c.suppression.span)
  const boost = c.position.near * position - c.position.far * (1 - position)
  return Math.max(0, c.minDiscount + suppression - boost)
}

function relief({ momentum, indicators, config }: EvaluationInput, atrRatio: number): number {
  const c = config.scores.discount.reliefTerms
  const volatility = sigmoid((atrRatio - c.volatility.from) / c.volatility.scale)
  const rsi = sigmoid(momentum.rsiSlope / c.rsi.scale)
  const adx = indicators.adx.adx.value >= c.adx.from ? sigmoid(momentum.adxSlope / c.adx.scale) : 0
  return c.volatility.weight * volatility + c.rsi.weight * rsi + c.adx.weight * adx
}
