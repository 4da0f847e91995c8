import type { LevelConfig } from '../config/indicator-config.ts'
import type { SwingState } from './swings.ts'

/** A support or resistance level: a price at which the market turned more than once. */
export interface Level {
  readonly price: number
  /** In (0, 1], growing with the number of swings. */
  readonly strength: number
}

/** Clusters the swings of the window into levels, lowest first. `atr` in price units, above 0. */
export function findLevels(swings: SwingState, atr: number, config: LevelConfig): readonly Level[] {
  const { prices } = swings
  const levels: Level[] = []
  const reach = config.joinAtr * atr
  let sum = 0
  let count = 0
  for (let i = 0; i <= prices.length; i++) {
    const price = prices[i]
    if (price !== undefined && count > 0 && price - sum / count < reach) {
      sum += price
      count++
      continue
    }
    if (count >= config.minSwings) {
      levels.push({ price: sum / count, strength: Math.min(1, count / config.fullStrengthSwings) })
    }
    sum = price ?? 0
    count = 1
  }
  return levels
}

/** The level nearest to a price, the lower of two equally near; null without levels. */
export function nearestLevel(levels: readonly Level[], price: number): Level | null {
  let nearest: Level | null = null
  let distance = Number.POSITIVE_INFINITY
  for (const level of levels) {
    const d = Math.abs(price - level.price)
    if (d < distance) {
      nearest = level
      distance = d
    }
  }
  return nearest
}

/**
 * What the levels within `reachAtr` of an anchor add to the trend strength: the greatest of
 * strength * (1 - distance / ATR) * max, 0 without one.
 */
export function levelBoost(
  levels: readonly Level[],
  anchor: number,
  atr: number,
  config: { readonly reachAtr: number; readonly max: number },
): number {
  let boost = 0
  for (const level of levels) {
    const distance = Math.abs(level.price - anchor) / atr
    if (distance > config.reachAtr) continue
    const value = level.strength * (1 - distance / config.reachAtr) * config.max
    if (value > boost) boost = value
  }
  return boost
}
