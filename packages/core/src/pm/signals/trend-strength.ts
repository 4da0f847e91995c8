import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorState } from '../indicators/indicators.ts'
import { clamp } from '../numeric/clamp.ts'
import { slope } from '../numeric/slope.ts'

/** TS: how fast RSI and ADX rise, in [0, 1]. */
export function trendStrength(indicators: IndicatorState, config: PmConfig): number {
  const c = config.scores.trendStrength
  const rsi = clamp((slope(indicators.recent.rsi) + c.rsiOffset) / c.rsiSpan)
  const adx = clamp((slope(indicators.recent.adx) + c.adxOffset) / c.adxSpan)
  return (rsi + adx) / 2
}
