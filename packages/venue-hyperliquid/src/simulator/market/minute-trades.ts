import type { PathBar } from './path-bar.ts'
import type { Random } from './random.ts'
import { share } from './split-bar.ts'
import { roundToTick } from './tick.ts'

/** A trade of the simulated market. */
export interface PathTrade {
  readonly time: number
  readonly price: number
  readonly lots: number
  /** Of the aggressor. */
  readonly side: 'B' | 'A'
}

/**
 * The trades of one minute, in order of time: the first at the bar's open, the last at its close, high and low among them, and their
 * lots add up to its volume. A bar built from them is the bar they were made from.
 */
export function minuteTrades(bar: PathBar, minuteMs: number, szDecimals: number, random: Random): PathTrade[] {
  const prices = pricesOf(bar, szDecimals, random)
  const times = Array.from({ length: bar.trades }, () => random.int(60_000)).sort((a, b) => a - b)
  // An order that sweeps several makers prints several trades in the same millisecond.
  for (let i = 1; i < times.length; i++) if (random.next() < 0.25) times[i] = times[i - 1] ?? 0
  const sizes = share(
    bar.lots,
    prices.map(() => 1),
    prices.map(() => random.exponential() ** 2 + 0.02),
  )
  let side: 'B' | 'A' = random.next() < 0.5 ? 'B' : 'A'
  let previous = bar.open
  return prices.map((price, index) => {
    if (price !== previous) side = price > previous ? 'B' : 'A'
    else if (random.next() < 0.35) side = side === 'B' ? 'A' : 'B'
    previous = price
    return { time: minuteMs + (times[index] ?? 0), price, lots: sizes[index] ?? 1, side }
  })
}

function pricesOf(bar: PathBar, szDecimals: number, random: Random): number[] {
  const last = bar.trades - 1
  if (bar.high === bar.low) return Array.from({ length: bar.trades }, () => bar.open)
  const stops = new Map<number, number>([
    [0, bar.open],
    [last, bar.close],
  ])
  const inner: number[] = []
  if (bar.low < Math.min(bar.open, bar.close)) inner.push(bar.low)
  if (bar.high > Math.max(bar.open, bar.close)) inner.push(bar.high)
  // A rising minute dips first, as a rule.
  if (inner.length === 2 && bar.close < bar.open) inner.reverse()
  const room = last - 1
  const places = inner.map((_, index) => 1 + Math.floor((room * (index + random.next())) / inner.length))
  inner.forEach((price, index) => {
    let place = places[index] ?? 1
    while (stops.has(place)) place++
    stops.set(Math.min(place, last - 1), price)
  })
  return interpolate(stops, bar, szDecimals, random)
}

function interpolate(stops: ReadonlyMap<number, number>, bar: PathBar, szDecimals: number, random: Random): number[] {
  const marks = [...stops].sort(([a], [b]) => a - b)
  const prices: number[] = []
  const noise = (bar.high - bar.low) * 0.12
  marks.forEach(([index, price], position) => {
    const [nextIndex, nextPrice] = marks[position + 1] ?? [index + 1, price]
    prices.push(price)
    for (let i = index + 1; i < nextIndex; i++) {
      const straight = price + ((nextPrice - price) * (i - index)) / (nextIndex - index)
      const bent = roundToTick(straight + random.normal() * noise, szDecimals)
      prices.push(Math.min(bar.high, Math.max(bar.low, bent)))
    }
  })
  return prices
}
