import type { Bar, Timeframe } from '@portolan/core'
import { fillHoles, TIMEFRAME_MS } from '@portolan/core'
import type { Store } from '../store/store.ts'
import type { SeriesFeed } from './series-feed.ts'

/**
 * All bars of a series that open before a time, ms, oldest first: as stored; what a crash or a slow database kept from being stored from the venue; the rest
 * forward-filled.
 * @param reach `end`: also what is not stored yet between the last one and that time.
 */
export async function storedBars(
  series: SeriesFeed,
  store: Pick<Store, 'bars'>,
  timeframe: Timeframe,
  before: number,
  reach: 'last' | 'end',
): Promise<readonly Bar[]> {
  const length = TIMEFRAME_MS[timeframe]
  const stored = await store.bars({ ...series.ref, timeframe, from: 0, to: before })
  const bars = [...stored]
  const holes: number[] = []
  for (const [index, { ts }] of stored.entries()) {
    const next = stored[index + 1]?.ts ?? (reach === 'end' ? before : ts)
    for (let hole = ts + length; hole < next; hole += length) holes.push(hole)
  }
  const [first] = holes
  const last = holes.at(-1)
  // Where a market has hours its bars have holes that are none.
  if (first === undefined || last === undefined || !series.isContinuous) return bars
  const missing = new Set(holes)
  for (const bar of (await series.readHistory(timeframe, first, last + length)) ?? []) {
    if (missing.has(bar.ts)) bars.push(bar)
  }
  return fillHoles(
    bars.sort((a, b) => a.ts - b.ts),
    timeframe,
    null,
  )
}
