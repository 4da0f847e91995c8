import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorReading, IndicatorState } from '../indicators/indicators.ts'
import { normalisedSlope } from '../indicators/indicators.ts'
import { clamp } from '../numeric/clamp.ts'
import { ringMean } from '../numeric/ring.ts'
import { sigmoid } from '../numeric/sigmoid.ts'

/** OX: how far the price has run ahead of its averages, in [0, 1]. `edx` is null outside S3. */
export function overextension(
  indicators: IndicatorState,
  reading: IndicatorReading,
  close: number,
  atr: number,
  edx: number | null,
  config: PmConfig,
): number {
  const c = config.scores.overextension
  const { ema } = reading
  const above = (average: number, scale: number): number => sigmoid((close - average) / (scale * atr))
  const sum =
    c.ema20.weight * above(ema.ema20, c.ema20.scale) +
    c.ema60.weight * above(ema.ema60, c.ema60.scale) +
    c.ema144.weight * above(ema.ema144, c.ema144.scale) +
    c.ema250.weight * above(ema.ema250, c.ema250.scale) +
    c.fastSeparation.weight * sigmoid(reading.dSepFast / c.fastSeparation.scale) +
    c.midSeparation.weight * sigmoid(reading.dSepMid / c.midSeparation.scale) +
    c.volatility.weight * sigmoid((atr / ringMean(indicators.atrs) - 1) / c.volatility.scale) +
    c.fastSlope.weight * sigmoid(-normalisedSlope(indicators, reading, 'ema20') / c.fastSlope.scale)
  if (edx === null) return clamp(sum)
  return clamp(sum * (1 + c.decay.gain * clamp(edx - c.decay.from, 0, c.decay.cap)))
}
