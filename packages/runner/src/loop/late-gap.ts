import type { Bar, Clock, Interval, Logger, Timeframe } from '@portolan/core'
import { slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { Store } from '../store/store.ts'
import type { MarketRecorder } from './market-recorder.ts'
import type { PositionActor } from './position-actor.ts'
import type { SeriesFeed } from './series-feed.ts'
import { storedBars } from './stored-bars.ts'
import { untilDone } from './until-done.ts'

/**
 * A feed may be known to have been down only after bars of that time were closed: they were made up, or lack trades. The venue's own bars take their place,
 * in the store and in every position that stepped them. One hole after the other, each noted on disk until all of it is done: a run that ends in between
 * leaves the rest to the next one.
 */
export class LateGaps {
  readonly #store: Store
  readonly #recorder: MarketRecorder
  readonly #deps: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal }
  #last: Promise<void> = Promise.resolve()

  constructor(
    store: Store,
    recorder: MarketRecorder,
    deps: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
  ) {
    this.#store = store
    this.#recorder = recorder
    this.#deps = deps
  }

  /** Resolves when the hole is mended, or the runner stops. @param actors positions on this series */
  mend(series: SeriesFeed, hole: Interval, actors: readonly PositionActor[]): Promise<void> {
    this.#last = this.#last.then(() => untilDone(this.#deps, 'mending bars', () => this.#mend(series, hole, actors)))
    return this.#last
  }

  /** The hole that a former run was mending when it ended; `null` when there is none. Rejects when it cannot be read. */
  async leftOpen(actors: readonly PositionActor[]): Promise<Interval | null> {
    const holes: Interval[] = []
    for (const { row } of actors) {
      const note = await this.#store.cursor(row.scope, row.venue, row.label, noteOf(row.id))
      const [from, to] = (note ?? '').split(' ')
      if (from !== undefined && to !== undefined) holes.push({ from: Number(from), to: Number(to) })
    }
    return holes.length === 0 ? null : hull(holes)
  }

  async #mend(series: SeriesFeed, hole: Interval, actors: readonly PositionActor[]): Promise<void> {
    const { logger, signal } = this.#deps
    if (signal.aborted) return
    const { instrument, feed } = series.ref
    logger.warn('bars were closed while the feed was down; they are read from the venue again', {
      instrument,
      feed,
      ...hole,
    })
    const before = await this.leftOpen(actors)
    const whole = before === null ? hole : hull([before, hole])
    for (const actor of actors) await this.#note(actor, `${whole.from} ${whole.to}`)
    const mended = await this.#mendBars(series, whole)
    for (const actor of actors) {
      const { timeframe } = actor.row
      // What a former run mended may lie before what this one closed.
      if (mended.has(timeframe) || before !== null)
        await actor.rebuild((until) =>
          storedBars(series, this.#store, timeframe, until + TIMEFRAME_MS[timeframe], 'end'),
        )
    }
    for (const actor of actors) await this.#note(actor, '')
  }

  /** Puts the venue's bars in the place of those that are stored. */
  async #mendBars(series: SeriesFeed, hole: Interval): Promise<ReadonlySet<Timeframe>> {
    const mended = new Set<Timeframe>()
    for (const timeframe of series.timeframes) {
      const length = TIMEFRAME_MS[timeframe]
      const from = slotOf(hole.from, timeframe)
      const to = Math.min(slotOf(hole.to - 1, timeframe) + length, slotOf(series.closedUntil ?? 0, timeframe))
      if (to <= from) continue
      const bars = await series.readHistory(timeframe, from, to)
      if (bars === null) continue
      const repaired = bars.map((bar): Bar => ({ ...bar, origin: 'repaired' }))
      this.#recorder.bars(series.ref, timeframe, repaired)
      mended.add(timeframe)
    }
    await this.#recorder.flush()
    // Positions are computed anew from what is in the store.
    for (const timeframe of mended) await this.#recorder.written(series.ref, timeframe)
    return mended
  }

  #note({ row }: PositionActor, text: string): Promise<void> {
    return this.#store.saveCursor(row.scope, row.venue, row.label, noteOf(row.id), text)
  }
}

function hull(holes: readonly Interval[]): Interval {
  return { from: Math.min(...holes.map(({ from }) => from)), to: Math.max(...holes.map(({ to }) => to)) }
}

/** Where a position's hole is noted, as `from to` in ms; empty when there is none. */
function noteOf(positionId: string): string {
  return `late-gap ${positionId}`
}
