import type { PmConfig } from '../config/pm-config.ts'

/** `active` while something is held, else `dormant` while warming up, else `watchlist`. */
export type PositionStatus = 'active' | 'dormant' | 'watchlist'

/** The status of a position with this quantity after this many closed bars. */
export function positionStatus(quantity: number, bars: number, config: PmConfig): PositionStatus {
  if (quantity > 0) return 'active'
  return bars < config.indicators.warmupBars ? 'dormant' : 'watchlist'
}
