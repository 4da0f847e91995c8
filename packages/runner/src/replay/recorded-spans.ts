import type { Interval, SessionCalendar, Timeframe } from '@portolan/core'
import { slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { PlayedSeries } from './played-series.ts'
import type { Recording } from './recording.ts'

const DAY_MS = TIMEFRAME_MS['1d']
/** How much is read at once, ms; where nothing is found, twice as much the next time. */
const WINDOW_MS = 7 * DAY_MS
/** Bars in a row that are missing without the recording counting as interrupted. */
const QUIET_BARS = 50

/** Whether a time of which nothing is recorded counts as quiet; else the runner was not there. While a market is closed it is quiet. */
export function isQuiet(hole: Interval, unit: Timeframe, calendar: SessionCalendar | null): boolean {
  const length = TIMEFRAME_MS[unit]
  const open = calendar?.within(hole.from, hole.to) ?? [hole]
  const silence = open.reduce((sum, { from, to }) => sum + to - from, 0)
  return silence <= Math.max(length, Math.min(QUIET_BARS * length, DAY_MS))
}

/**
 * Where a series was recorded within `from <= t < to` (ms): oldest first, beginning with whole bars of the base; the last one ends with the last bar, or
 * right after the last trade where the runner was not there to close it.
 */
export async function recordedSpans(
  recording: Recording,
  series: PlayedSeries,
  from: number,
  to: number,
): Promise<readonly Interval[]> {
  const found: Interval[] = []
  let length = WINDOW_MS
  for (let start = from; start < to; ) {
    const window = { from: start, to: Math.min(start + length, to) }
    const known = joined(await recordedBars(recording, series, window), () => false)
    const traded = series.trades ? await recordedTrades(recording, series, holesIn(window, known)) : []
    found.push(...known, ...traded)
    length = known.length + traded.length > 0 ? WINDOW_MS : length * 2
    start = window.to
  }
  return joined(found, (hole) => isQuiet(hole, series.unit, series.calendar))
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.from < span.to)
}

async function recordedBars(recording: Recording, series: PlayedSeries, window: Interval): Promise<Interval[]> {
  const found: Interval[] = []
  for (const timeframe of new Set([series.base, series.unit])) {
    const bars = await recording.bars({ ...series.ref, timeframe, ...window })
    for (const { ts } of bars) found.push({ from: ts, to: ts + TIMEFRAME_MS[timeframe] })
  }
  return found
}

async function recordedTrades(
  recording: Recording,
  { ref, base }: PlayedSeries,
  holes: readonly Interval[],
): Promise<Interval[]> {
  const found: Interval[] = []
  for (const hole of holes) {
    const trades = await recording.trades(ref, hole.from, hole.to)
    const first = trades[0]
    const last = trades.at(-1)
    if (first !== undefined && last !== undefined) found.push({ from: slotOf(first.ts, base), to: last.ts + 1 })
  }
  return found
}

/** What lies between intervals that are in order and apart. */
function holesIn(window: Interval, known: readonly Interval[]): Interval[] {
  const holes: Interval[] = []
  let from = window.from
  for (const interval of known) {
    if (interval.from > from) holes.push({ from, to: interval.from })
    from = Math.max(from, interval.to)
  }
  if (from < window.to) holes.push({ from, to: window.to })
  return holes
}

/** In order; what overlaps or touches becomes one, and what a hole lies between that is to be overlooked. */
function joined(intervals: readonly Interval[], isOverlooked: (hole: Interval) => boolean): Interval[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last !== undefined && (from <= last.to || isOverlooked({ from: last.to, to: from })))
      last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}
