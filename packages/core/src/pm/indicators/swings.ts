import type { LevelConfig } from '../config/indicator-config.ts'
import type { Ring } from '../numeric/ring.ts'
import { createRing, isFull, pushRing } from '../numeric/ring.ts'

/** Swings of the window, sorted by price, and the few bars in which the next one may appear. Plain JSON. */
export interface SwingState {
  readonly highs: Ring
  readonly lows: Ring
  /** Prices of the swings of the window, ascending, highs and lows together. */
  readonly prices: number[]
  /** Bar number of each swing, in the order of `prices`. */
  readonly bars: number[]
  /** The least of `bars`; 0 when there is none. */
  oldestBar: number
}

/** What a bar revealed: swings of the bar `bar`, which lies `swingReachBars` back. */
export interface NewSwings {
  readonly bar: number
  readonly high: number | null
  readonly low: number | null
}

export function createSwings(config: LevelConfig): SwingState {
  const span = 2 * config.swingReachBars + 1
  return { highs: createRing(span), lows: createRing(span), prices: [], bars: [], oldestBar: 0 }
}

/** Takes bar number `bar` in place; returns the swings it confirmed, null when none. */
export function updateSwings(
  state: SwingState,
  bar: number,
  high: number,
  low: number,
  config: LevelConfig,
): NewSwings | null {
  pushRing(state.highs, high)
  pushRing(state.lows, low)
  const firstBar = bar - config.windowBars + 1
  if (state.oldestBar < firstBar && state.bars.length > 0) forgetBefore(state, firstBar)
  if (!isFull(state.highs)) return null
  const swingHigh = strictMaximum(state.highs, config.swingReachBars)
  const swingLow = strictMinimum(state.lows, config.swingReachBars)
  if (swingHigh === null && swingLow === null) return null
  const at = bar - config.swingReachBars
  if (at >= firstBar) {
    if (swingHigh !== null) insert(state, swingHigh, at)
    if (swingLow !== null) insert(state, swingLow, at)
  }
  return { bar: at, high: swingHigh, low: swingLow }
}

/** The value in the middle of a full ring when it is strictly above all others, else null. */
function strictMaximum(ring: Ring, reach: number): number | null {
  const { values, end } = ring
  const middle = end - 1 - reach
  const candidate = values[middle] ?? 0
  for (let i = end - ring.capacity; i < end; i++) {
    if ((values[i] ?? 0) >= candidate && i !== middle) return null
  }
  return candidate
}

/** The value in the middle of a full ring when it is strictly below all others, else null. */
function strictMinimum(ring: Ring, reach: number): number | null {
  const { values, end } = ring
  const middle = end - 1 - reach
  const candidate = values[middle] ?? 0
  for (let i = end - ring.capacity; i < end; i++) {
    if ((values[i] ?? 0) <= candidate && i !== middle) return null
  }
  return candidate
}

function insert(state: SwingState, price: number, bar: number): void {
  const { prices, bars } = state
  let index = prices.length
  prices.push(price)
  bars.push(bar)
  for (; index > 0 && (prices[index - 1] ?? 0) > price; index--) {
    prices[index] = prices[index - 1] ?? 0
    bars[index] = bars[index - 1] ?? 0
  }
  prices[index] = price
  bars[index] = bar
  if (bars.length === 1) state.oldestBar = bar
}

function forgetBefore(state: SwingState, firstBar: number): void {
  const { prices, bars } = state
  let kept = 0
  let oldestBar = Number.MAX_SAFE_INTEGER
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i] ?? 0
    if (bar < firstBar) continue
    bars[kept] = bar
    prices[kept] = prices[i] ?? 0
    oldestBar = Math.min(oldestBar, bar)
    kept++
  }
  bars.length = kept
  prices.length = kept
  state.oldestBar = kept === 0 ? 0 : oldestBar
}
