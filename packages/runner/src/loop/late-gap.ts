import type { Bar, Interval, Timeframe } from '@portolan/core'
import { slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { Store } from '../store/store.ts'
import type { MarketRecorder } from './market-recorder.ts'
import type { PositionActor } from './position-actor.ts'
import type { SeriesFeed } from './series-feed.ts'
import { storedBars } from './stored-bars.ts'

/**
 * A feed may be known to have been down only after bars of that time were closed: they were made up, or lack trades. The venue's own bars take their place,
 * in the store and in every position that stepped them. Rejects when they cannot be read.
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
  // Computed anew from what is in the store: a write that failed is tried again with all of this.
  for (const timeframe of mended) await recorder.written(series.ref, timeframe)
  for (const actor of actors) {
    const { timeframe } = actor.row
    if (mended.has(timeframe)) {
      await actor.rebuild((until) => storedBars(series, store, timeframe, until + TIMEFRAME_MS[timeframe], 'end'))
    }
  }
}
