import type { PathBar } from './path-bar.ts'
import { tradesNeeded } from './path-bar.ts'
import type { Random } from './random.ts'
import { roundToTick } from './tick.ts'

/** How a bar is cut. */
export interface SplitShape {
  readonly pieces: number
  /** Correlation of consecutive moves: above zero, moves go on for a while and trends can be followed. */
  readonly persistence: number
  /** Trades that every piece gets at least; a piece gets what it needs to be shown in any case. */
  readonly minimumTrades: number
  readonly szDecimals: number
}

/**
 * Cuts a bar into consecutive pieces that join to exactly that bar: the first opens where it opens, the last closes where it closes, one
 * reaches its high, one its low, and lots and trades add up. The inner path is a bridge, stretched to the bar's range.
 */
export function splitBar(bar: PathBar, shape: SplitShape, random: Random): PathBar[] {
  const points = bridge(bar, shape, random)
  const wick = (bar.high - bar.low) / shape.pieces
  const ranges = Array.from({ length: shape.pieces }, (_, index) => {
    const open = at(points, index)
    const close = at(points, index + 1)
    const above = roundToTick(Math.max(open, close) + wick * random.exponential() * 0.6, shape.szDecimals)
    const below = roundToTick(Math.min(open, close) - wick * random.exponential() * 0.6, shape.szDecimals)
    return { open, close, high: Math.min(bar.high, above), low: Math.max(bar.low, below) }
  })
  const highest = ranges.reduce((best, range) => (range.high > best.high ? range : best))
  highest.high = bar.high
  const lowest = ranges.reduce((best, range) => (range.low < best.low ? range : best))
  lowest.low = bar.low

  const weights = ranges.map((range) => random.exponential() + 0.3 + (range.high - range.low) / (wick * 4 || 1))
  const needed = ranges.map((range) => Math.max(shape.minimumTrades, tradesNeeded(range)))
  // Busy pieces see more trades, but rather larger ones.
  const evened = weights.map((weight) => 1 + weight * 0.4)
  const trades = share(bar.trades, needed, evened)
  const lots = share(bar.lots, trades, weights)
  return ranges.map((range, index) => ({ ...range, lots: at(lots, index), trades: at(trades, index) }))
}

/** Prices at the seams: a random bridge from open to close whose excursions nearly reach high and low. */
function bridge(bar: PathBar, shape: SplitShape, random: Random): number[] {
  const walk = [0]
  let step = 0
  for (let i = 0; i < shape.pieces; i++) {
    step = shape.persistence * step + random.normal()
    walk.push(at(walk, i) + step)
  }
  const end = at(walk, shape.pieces)
  const top = Math.max(bar.open, bar.close)
  const bottom = Math.min(bar.open, bar.close)
  const scale = (bar.high - bar.low) / (2 * Math.sqrt(shape.pieces))
  const raw = walk.map((value, index) => {
    const t = index / shape.pieces
    return bar.open + (bar.close - bar.open) * t + (value - end * t) * scale
  })
  const over = Math.max(...raw) - top
  const under = bottom - Math.min(...raw)
  const up = over > 0 ? ((bar.high - top) * 0.97) / over : 0
  const down = under > 0 ? ((bottom - bar.low) * 0.97) / under : 0
  return raw.map((value, index) => {
    if (index === 0) return bar.open
    if (index === shape.pieces) return bar.close
    const stretched = value > top ? top + (value - top) * up : value < bottom ? bottom - (bottom - value) * down : value
    return Math.min(bar.high, Math.max(bar.low, roundToTick(stretched, shape.szDecimals)))
  })
}

/** Gives everyone the minimum and the rest by weight; the parts add up to the total. @throws when the minimum is more than there is. */
export function share(total: number, minimum: readonly number[], weights: readonly number[]): number[] {
  const least = minimum.reduce((sum, value) => sum + value, 0)
  const rest = total - least
  if (rest < 0) throw new RangeError(`cannot share ${total} among ${minimum.length} that need ${least}`)
  const weight = weights.reduce((sum, value) => sum + value, 0)
  const parts = minimum.map((value, index) => value + Math.floor((rest * at(weights, index)) / weight))
  let left = total - parts.reduce((sum, value) => sum + value, 0)
  for (let index = 0; left > 0; index = (index + 1) % parts.length, left--) parts[index] = at(parts, index) + 1
  return parts
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0
}
