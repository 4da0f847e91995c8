import type { Bar, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS, TIMEFRAMES } from '../market/bar.ts'
import type { Interval } from './intervals.ts'

/** A bar that is final. */
export interface ClosedBar {
  readonly timeframe: Timeframe
  readonly bar: Bar
}

/** Bars that must be had from the venue's history (or conceded) before later ones of that timeframe are closed; whole bars, already ended. */
export interface MissingBars extends Interval {
  readonly timeframe: Timeframe
}

/** The order in which closed bars are told: by their end, among equals the shorter timeframe first. */
export function compareClosedBars(a: ClosedBar, b: ClosedBar): number {
  const ends = a.bar.ts + TIMEFRAME_MS[a.timeframe] - (b.bar.ts + TIMEFRAME_MS[b.timeframe])
  return ends === 0 ? TIMEFRAMES.indexOf(a.timeframe) - TIMEFRAMES.indexOf(b.timeframe) : ends
}
