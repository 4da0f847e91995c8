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
}

/** What a bar revealed: swings of the bar `bar`, which lies `swingReachBars` back. */
export interface NewSwings {
  readonly bar: number
  readonly high: number | null
  readonly low: number | null
}

export function createSwings(config: LevelConfig): SwingState {
  const span = 2 * config.swingReachBars + 1
  return { highs: createRing(span), lows: createRing(span), prices: [], bars: [] }
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
  forgetBefore(state, bar - config.windowBars + 1)
  if (!isFull(state.highs)) return null
  const swingHigh = strictExtreme(state.highs, config.swingReachBars, 1)
  const swingLow = strictExtreme(state.lows, config.swingReachBars, -1)
  if (swingHigh === null && swingLow === null) return null
  const at = bar - config.swingReachBars
  if (at > bar - config.windowBars) {
    if (swingHigh !== null) insert(state, swingHigh, at)
    if (swingLow !== null) insert(state, swingLow, at)
  }
  return { bar: at, high: swingHigh, low: swingLow }
}

/** The middle value of the ring when it is strictly above (sign 1) or below (sign -1) all others, else null. */
function strictExtreme(ring: Ring, reach: number, sign: 1 | -1): number | null {
  const { values, capacity } = ring
  const middle = (ring.next + reach) % capacity
  const candidate = values[middle] ?? 0
  for (let i = 0; i < capacity; i++) {
    if (i !== middle && ((values[i] ?? 0) - candidate) * sign >= 0) return null
  }
  return candidate
}

function insert(state: SwingState, price: number, bar: number): void {
  let index = state.prices.length
  while (index > 0 && (state.prices[index - 1] ?? 0) > price) index--
  state.prices.splice(index, 0, price)
  state.bars.splice(index, 0, bar)
}

function forgetBefore(state: SwingState, firstBar: number): void {
  const { prices, bars } = state
  let kept = 0
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i] ?? 0
    if (bar < firstBar) continue
    if (kept !== i) {
      bars[kept] = bar
      prices[kept] = prices[i] ?? 0
    }
    kept++
  }
  bars.length = kept
  prices.length = kept
}
