import type { LevelConfig } from '../config/indicator-config.ts'
import type { SwingState } from './swings.ts'

/** What the support and resistance levels of the window say of a close and of an anchor. */
export interface LevelReading {
  /** srBoost: the greatest of strength * (1 - distance / ATR) * max over the levels within reach of the anchor; 0 without one. */
  readonly boost: number
  /** Price of the level nearest to the close, the lower of two equally near; null without levels. */
  readonly nearest: number | null
}

/** Constants of srBoost. */
export interface BoostConfig {
  readonly reachAtr: number
  readonly max: number
}

/**
 * Clusters the swings of the window, lowest first, into levels: a swing joins the cluster below it while less than `joinAtr` ATR above
 * its mean so far; enough swings make a level of that mean, the stronger the more there are.
 * @param atr in price units, above 0
 */
export function readLevels(
  swings: SwingState,
  atr: number,
  close: number,
  anchor: number,
  config: LevelConfig,
  boostConfig: BoostConfig,
): LevelReading {
  const { prices } = swings
  const { minSwings, fullStrengthSwings } = config
  const join = config.joinAtr * atr
  const reach = boostConfig.reachAtr * atr
  let boost = 0
  let nearest: number | null = null
  let nearestDistance = Number.POSITIVE_INFINITY
  for (let i = 0; i < prices.length; ) {
    let sum = prices[i] ?? 0
    let count = 1
    for (i++; i < prices.length; i++, count++) {
      const price = prices[i] ?? 0
      // Less than `join` above the mean so far, without a division.
      if (price * count - sum >= join * count) break
      sum += price
    }
    if (count < minSwings) continue
    const level = sum / count
    const distance = Math.abs(close - level)
    if (distance < nearestDistance) {
      nearest = level
      nearestDistance = distance
    }
    const fromAnchor = Math.abs(level - anchor)
    if (fromAnchor > reach) continue
    const strength = Math.min(1, count / fullStrengthSwings)
    boost = Math.max(boost, strength * (1 - fromAnchor / reach) * boostConfig.max)
  }
  return { boost, nearest }
}
