import type { Bar, Interval, Timeframe } from '@portolan/core'
import { fillHoles, slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { Store } from '../store/store.ts'
import type { MarketRecorder } from './market-recorder.ts'
import type { PositionActor } from './position-actor.ts'
import type { SeriesFeed } from './series-feed.ts'

/**
 * A feed may be known to have been down only after bars of that time were closed: they were made up, or lack trades. The venue's own bars take their place,
 * in the store and in every position that stepped them. A regime reads them at its next start.
 */
export async function mendLateGap(options: {
  readonly series: SeriesFeed
  readonly hole: Interval
  readonly store: Store
  readonly recorder: MarketRecorder
  /** Positions on this series. */
  readonly actors: readonly PositionActor[]
}): Promise<void> {
  const { series, hole, store, recorder, actors } = options
  const mended = new Set<Timeframe>()
  for (const timeframe of series.timeframes) {
    const length = TIMEFRAME_MS[timeframe]
    const from = slotOf(hole.from, timeframe)
    const to = Math.min(slotOf(hole.to - 1, timeframe) + length, slotOf(series.closedUntil ?? 0, timeframe))
    if (to <= from) continue
    const bars = await series.readHistory(timeframe, from, to)
    if (bars === null) continue
    const repaired = bars.map((bar): Bar => ({ ...bar, origin: 'repaired' }))
    recorder.bars(series.ref, timeframe, repaired)
    mended.add(timeframe)
  }
  await recorder.flush()
  for (const actor of actors) {
    const { timeframe } = actor.row
    if (mended.has(timeframe)) await actor.rebuild((until) => knownBars(series, store, timeframe, until))
  }
}

/** All bars of a series up to one, that one included, oldest first: as stored, what a crash kept from being stored from the venue, the rest forward-filled. */
async function knownBars(
  series: SeriesFeed,
  store: Store,
  timeframe: Timeframe,
  until: number,
): Promise<readonly Bar[]> {
  const length = TIMEFRAME_MS[timeframe]
  const stored = await store.bars({ ...series.ref, timeframe, from: 0, to: until + length })
  const byTime = new Map(stored.map((bar) => [bar.ts, bar]))
  const holes: number[] = []
  for (let ts = stored[0]?.ts ?? until; ts <= until; ts += length) if (!byTime.has(ts)) holes.push(ts)
  const [first] = holes
  const last = holes.at(-1)
  if (first !== undefined && last !== undefined) {
    for (const bar of (await series.readHistory(timeframe, first, last + length)) ?? []) {
      if (!byTime.has(bar.ts)) byTime.set(bar.ts, bar)
    }
  }
  const bars = [...byTime.values()].sort((a, b) => a.ts - b.ts)
  return series.isContinuous ? fillHoles(bars, timeframe, null) : bars
}
