import type { Bar, BarOrigin, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS } from '../market/bar.ts'

/** Open time of the bar to which a time belongs; a time on a boundary belongs to the later bar. Times are ms since the epoch, not negative. */
export function slotOf(ts: number, timeframe: Timeframe): number {
  return floorTo(ts, TIMEFRAME_MS[timeframe])
}

/** The largest multiple of `length` that is not above `ts`. */
export function floorTo(ts: number, length: number): number {
  return ts - (ts % length)
}

/** A bar of an interval in which nothing traded. */
export function filledBar(ts: number, close: number): Bar {
  return { ts, open: close, high: close, low: close, close, volume: 0, origin: 'filled' }
}

/** How a bar came to be, the default filled in. */
export function originOf(bar: Bar): BarOrigin {
  return bar.origin ?? 'traded'
}

/** @throws {RangeError} when the bar's open time is no multiple of the timeframe. */
export function assertAligned(bar: Bar, timeframe: Timeframe): void {
  if (slotOf(bar.ts, timeframe) !== bar.ts) {
    throw new RangeError(`a ${timeframe} bar opens on a multiple of ${timeframe} UTC, got ${bar.ts}`)
  }
}
