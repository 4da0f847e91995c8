import type { Interval } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import type { PastLoop } from '../history/past-loop.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { Outage } from './outage.ts'
import type { SeriesTape } from './series-tape.ts'
import type { TapeEvent } from './tape-event.ts'
import { isBeforeClose } from './tape-event.ts'

const MINUTE_MS = TIMEFRAME_MS['1m']
/** How much of the recording is in memory at once, ms; a part of a day. */
const WINDOW_MS = TIMEFRAME_MS['1h']

/** A series with the entry through which the loop hears of it. */
export interface OnTape {
  readonly venue: TradingVenue
  readonly tape: SeriesTape
  readonly outage: Outage
}

interface Happening {
  readonly of: OnTape
  readonly event: TapeEvent
}

export interface PlayOptions {
  /** Whole minutes, ms. */
  readonly range: Interval
  /** Resolves when all that follows from what was delivered has happened. */
  readonly rest: () => Promise<void>
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}

/** Plays series together: what happened first comes first, and at the end of each minute the bars that ended with it are closed. */
export async function play(loop: PastLoop, series: readonly OnTape[], options: PlayOptions): Promise<void> {
  const { range, onProgress, signal } = options
  const total = (range.to - range.from) / MINUTE_MS
  for (const of of series) {
    const up = of.tape.isUp(range.from)
    tell(loop, {
      of,
      event: { at: range.from, ...(up ? { type: 'up', since: null } : { type: 'down', since: range.from }) },
    })
  }
  for (let from = range.from; from < range.to; ) {
    const to = Math.min(range.to, from - (from % WINDOW_MS) + WINDOW_MS)
    const happenings: Happening[] = []
    for (const of of series) {
      for (const event of await of.tape.events({ from, to })) happenings.push({ of, event })
    }
    await playWindow(loop, { from, to }, happenings, options)
    signal?.throwIfAborted()
    onProgress?.({ done: (to - range.from) / MINUTE_MS, total })
    from = to
  }
}

async function playWindow(
  loop: PastLoop,
  { from, to }: Interval,
  happenings: readonly Happening[],
  { rest, signal }: PlayOptions,
): Promise<void> {
  const moments = Map.groupBy(happenings, ({ event }) => event.at)
  const minutes = Array.from({ length: (to - from) / MINUTE_MS }, (_, index) => from + (index + 1) * MINUTE_MS)
  const times = [...new Set([...moments.keys(), ...minutes])].sort((a, b) => a - b)
  for (const at of times) {
    const now = (moments.get(at) ?? []).toSorted((a, b) => firstOf(a.event) - firstOf(b.event))
    await loop.clock.advanceTo(at)
    const [before, after] = [
      now.filter(({ event }) => isBeforeClose(event)),
      now.filter(({ event }) => !isBeforeClose(event)),
    ]
    for (const happening of before) tell(loop, happening)
    if (before.length > 0) await loop.engine.idle()
    if (at > from && at % MINUTE_MS === 0) {
      loop.engine.tick()
      await rest()
      signal?.throwIfAborted()
    }
    for (const happening of after) tell(loop, happening)
    if (after.length > 0) await loop.engine.idle()
  }
}

/** Among what is delivered together, what happened first comes first. */
function firstOf(event: TapeEvent): number {
  return event.type === 'trades' ? (event.trades[0]?.ts ?? event.at) : event.at
}

function tell(loop: PastLoop, { of: { venue, tape, outage }, event }: Happening): void {
  const { instrument, feed } = tape.series.ref
  const feeds = [feed]
  const { at } = event
  switch (event.type) {
    case 'trades': {
      const last = event.trades.at(-1)
      if (event.build) loop.deliver(venue, { type: 'trades', instrument, feeds, trades: event.trades })
      else if (last !== undefined) loop.engine.onPrice(venue, instrument, last.price, last.ts)
      return
    }
    case 'bar':
      loop.deliver(venue, { type: 'bars', instrument, feeds, timeframe: tape.series.base, bars: [event.bar] })
      return
    case 'open':
      // Majors explain the market: their bars are not prices to trade at.
      if (feed === 'trading') loop.engine.onPrice(venue, instrument, event.price, at)
      return
    case 'close':
      if (feed === 'trading') loop.engine.setPrice(venue, instrument, event.price)
      return
    case 'up': {
      outage.end()
      if (event.since !== null) {
        const status = { kind: 'gap', from: event.since, to: at } as const
        loop.deliver(venue, { type: 'feed-status', instrument, feeds, status, at })
      }
      loop.deliver(venue, { type: 'feed-status', instrument, feeds, status: { kind: 'live' }, at })
      return
    }
    case 'down': {
      outage.begin()
      const status = { kind: 'stale', since: event.since } as const
      loop.deliver(venue, { type: 'feed-status', instrument, feeds, status, at })
      return
    }
  }
}
