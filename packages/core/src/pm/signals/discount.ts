import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorReading, IndicatorState } from '../indicators/indicators.ts'
import { volumeScore } from '../indicators/volume-score.ts'
import { clamp } from '../numeric/clamp.ts'
import { ringMean } from '../numeric/ring.ts'
import { sigmoid } from '../numeric/sigmoid.ts'
import { slope } from '../numeric/slope.ts'

/** DX: how good a discount the price is within an uptrend, in [0, 1]. S3 only. */
export function discount(
  indicators: IndicatorState,
  reading: IndicatorReading,
  bar: { readonly close: number; readonly volume: number },
  atr: number,
  edx: number,
  config: PmConfig,
): number {
  const c = config.scores.discount
  const { ema144, ema333 } = reading.ema
  const x = ema144 > ema333 ? clamp((bar.close - ema333) / (ema144 - ema333)) : 1
  const spread = Math.abs(ema144 - ema333) / bar.close
  const location =
    Math.exp(-c.steepness * x) * (1 + c.narrow.gain * sigmoid((c.narrow.width - spread) / c.narrow.scale))
  const exhaustion = sigmoid(-volumeScore(indicators.logVolumes, Math.log1p(bar.volume), config.indicators.volume))
  const curl = reading.accel144 > 0 ? 1 : 0
  const sum =
    c.location * location +
    c.exhaustion * exhaustion +
    c.relief * relief(indicators, reading, atr, config) +
    c.curl * curl
  return clamp(sum * (1 - c.decay.loss * clamp(edx - c.decay.from, 0, c.decay.cap)))
}

/** The price wants DX at least this high for a buyFlag in S3. `position` is 1 at EMA333 and 0 at EMA144. */
export function discountThreshold(edx: number, position: number, config: PmConfig): number {
  const c = config.flags.discount
  const suppression = c.suppression.gain * clamp((edx - c.suppression.from) / c.suppression.span)
  const boost = c.position.near * position - c.position.far * (1 - position)
  return Math.max(0, c.minDiscount + suppression - boost)
}

function relief(indicators: IndicatorState, reading: IndicatorReading, atr: number, config: PmConfig): number {
  const c = config.scores.discount.reliefTerms
  const { rsi, adx } = indicators.recent
  const volatility = sigmoid((atr / ringMean(indicators.atrs) - c.volatility.from) / c.volatility.scale)
  const strength = reading.adx !== null && reading.adx >= c.adx.from ? sigmoid(slope(adx) / c.adx.scale) : 0
  return c.volatility.weight * volatility + c.rsi.weight * sigmoid(slope(rsi) / c.rsi.scale) + c.adx.weight * strength
}
