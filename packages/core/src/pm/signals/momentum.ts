import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorState } from '../indicators/indicators.ts'
import { clamp } from '../numeric/clamp.ts'
import { slope } from '../numeric/slope.ts'

/** How RSI and ADX move, and what TS makes of it. */
export interface Momentum {
  readonly rsiSlope: number
  readonly adxSlope: number
  /** TS: how fast RSI and ADX rise, in [0, 1]. */
  readonly strength: number
}

export function momentum(indicators: IndicatorState, config: PmConfig): Momentum {
  const c = config.scores.trendStrength
  const rsiSlope = slope(indicators.recent.rsi)
  const adxSlope = slope(indicators.recent.adx)
  const rsi = clamp((rsiSlope + c.rsiOffset) / c.rsiSpan)
  const adx = clamp((adxSlope + c.adxOffset) / c.adxSpan)
  return { rsiSlope, adxSlope, strength: (rsi + adx) / 2 }
}
