import type { Bar, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS } from '../market/bar.ts'
import { assertAligned, filledBar } from './bar-slot.ts'
import type { SessionCalendar } from './session-calendar.ts'

/**
 * History with its holes forward-filled: a venue leaves out intervals in which nothing traded, but filled bars count as bars. Bars must come oldest first; of
 * two with the same time the later one counts. Intervals that overlap no session stay out.
 * @throws {RangeError} for a bar that is not aligned to the timeframe or out of order.
 */
export function fillHoles(bars: readonly Bar[], timeframe: Timeframe, calendar: SessionCalendar | null): Bar[] {
  const length = TIMEFRAME_MS[timeframe]
  const filled: Bar[] = []
  for (const bar of bars) {
    assertAligned(bar, timeframe)
    const last = filled.at(-1)
    if (last !== undefined && bar.ts < last.ts)
      throw new RangeError(`bars are not in order: ${bar.ts} after ${last.ts}`)
    if (last !== undefined && bar.ts === last.ts) filled.pop()
    else if (last !== undefined) {
      for (let ts = last.ts + length; ts < bar.ts; ts += length) {
        if (calendar === null || calendar.isOpenWithin(ts, ts + length)) filled.push(filledBar(ts, last.close))
      }
    }
    filled.push(bar)
  }
  return filled
}
