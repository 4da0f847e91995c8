import type { Trade } from '../contract/events.ts'
import type { Bar, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS } from '../market/bar.ts'
import { assertAligned, filledBar, floorTo, originOf } from './bar-slot.ts'
import type { Interval, Intervals } from './intervals.ts'
import { covers, overlaps, since, withInterval } from './intervals.ts'
import type { SessionCalendar } from './session-calendar.ts'
import type { TradeSlotState } from './trade-slot.ts'
import { TradeSlot } from './trade-slot.ts'

/** What was left out, since the builder was made. */
export interface BarCounters {
  /** Trades and bars that came after their bar was closed. */
  readonly late: number
  /** Trades whose id was seen before. */
  readonly duplicates: number
  /** Trades at a time that overlaps no session. */
  readonly outsideSession: number
  /** Bars that were closed before it was known that the feed had been down in them. */
  readonly closedInGap: number
}

/** JSON. */
export interface BaseLaneState {
  readonly first: number | null
  readonly next: number | null
  readonly sealedUntil: number
  readonly lastClose: number | null
  readonly staleSince: number | null
  readonly gaps: Intervals
  readonly conceded: Intervals
  readonly empty: Intervals
  readonly historyFrom: number | null
  readonly given: readonly Bar[]
  readonly slots: readonly TradeSlotState[]
  readonly counters: BarCounters
}

/** Called for every base interval that is done, in order: its bar, or `null` where there was no price yet. `sound`: not made up. */
export type BaseSink = (slot: number, bar: Bar | null, sound: boolean) => void

/** The finest timeframe of a feed: trades or the venue's bars become one bar an interval. */
export class BaseLane {
  readonly timeframe: Timeframe
  readonly #length: number
  /** Open time of the first interval that was ours to close. */
  #first: number | null = null
  /** Open time of the next interval to close. */
  #next: number | null = null
  /** Intervals before it have ended by the clock: they may wait for a repair, but take no more trades. */
  #sealedUntil = 0
  #lastClose: number | null = null
  #staleSince: number | null = null
  #gaps: Intervals = []
  /** No more is to be had of it. */
  #conceded: Intervals = []
  /** The part of what is conceded in which the venue is known to have had no trade. */
  #empty: Intervals = []
  /** Where the venue's history began when it was last asked. */
  #historyFrom: number | null = null
  readonly #given = new Map<number, Bar>()
  readonly #slots = new Map<number, TradeSlot>()
  /** The one that took a trade last: nearly always the next one is for it, too. */
  #latest: TradeSlot | null = null
  #counters = { late: 0, duplicates: 0, outsideSession: 0, closedInGap: 0 }

  constructor(timeframe: Timeframe, state?: BaseLaneState) {
    this.timeframe = timeframe
    this.#length = TIMEFRAME_MS[timeframe]
    if (state === undefined) return
    this.#first = state.first
    this.#next = state.next
    this.#sealedUntil = state.sealedUntil
    this.#lastClose = state.lastClose
    this.#staleSince = state.staleSince
    this.#gaps = state.gaps
    this.#conceded = state.conceded
    this.#empty = state.empty
    this.#historyFrom = state.historyFrom
    for (const bar of state.given) this.#given.set(bar.ts, bar)
    for (const slot of state.slots) this.#slots.set(slot.ts, new TradeSlot(slot.ts, slot))
    this.#counters = { ...state.counters }
  }

  get next(): number | null {
    return this.#next
  }

  /** Whether any interval was closed. */
  get hasClosed(): boolean {
    return this.#next !== this.#first
  }

  get counters(): BarCounters {
    return { ...this.#counters }
  }

  startAt(ts: number): void {
    this.#next ??= floorTo(ts, this.#length)
    this.#first ??= this.#next
    this.#gaps = withInterval(this.#gaps, { from: this.#next, to: ts })
  }

  /** History up to `end` is known and `lastClose` its last close: go on from there. */
  continueFrom(end: number, lastClose: number): void {
    if (this.#next !== null) this.#gaps = withInterval(this.#gaps, { from: end, to: this.#next })
    this.#next = end
    this.#first = end
    this.#lastClose = lastClose
  }

  addTrades(trades: readonly Trade[], calendar: SessionCalendar | null): void {
    if (this.#next === null && trades.length > 0) this.startAt(Math.min(...trades.map(({ ts }) => ts)))
    for (const trade of trades) {
      const ts = floorTo(trade.ts, this.#length)
      if (this.#isOver(ts)) this.#counters.late += 1
      else if (calendar !== null && !calendar.isOpenWithin(ts, ts + this.#length)) this.#counters.outsideSession += 1
      else if (!this.#slotAt(ts).add(trade)) this.#counters.duplicates += 1
    }
  }

  /** Closed bars of the venue; they stand before what trades made of the same interval. */
  addBars(bars: readonly Bar[]): void {
    for (const bar of bars) {
      assertAligned(bar, this.timeframe)
      if (this.#next === null) this.startAt(bar.ts)
      if (this.#next !== null && bar.ts < this.#next) this.#counters.late += 1
      else this.#given.set(bar.ts, { ...bar, origin: originOf(bar) })
    }
  }

  markGap(gap: Interval): void {
    if (this.#staleSince !== null && gap.to > this.#staleSince) this.#staleSince = null
    const next = this.#next
    if (next === null) return
    const closedFrom = Math.max(floorTo(gap.from, this.#length), this.#first ?? next)
    const closed = Math.ceil((Math.min(gap.to, next) - closedFrom) / this.#length)
    if (gap.to > gap.from && closed > 0) this.#counters.closedInGap += closed
    this.#gaps = withInterval(this.#gaps, { from: Math.max(gap.from, next), to: gap.to })
  }

  markStale(from: number | null): void {
    this.#staleSince = from
  }

  /** Closes intervals that end at or before `limit`, up to the first that is missing. */
  close(limit: number, calendar: SessionCalendar | null, sink: BaseSink): void {
    this.#seal(limit)
    while (this.#next !== null && this.#next + this.#length <= limit) {
      const slot = this.#next
      const end = slot + this.#length
      if (calendar !== null && !calendar.isOpenWithin(slot, end)) {
        const open = calendar.nextOpen(end)
        this.#moveTo(Math.min(open === null ? limit : open, limit))
        continue
      }
      const trusted = !this.#isDown(slot, calendar)
      if (!trusted && !this.#given.has(slot) && !covers(this.#conceded, slot, end)) return
      const bar = this.#final(slot, trusted)
      if (bar !== null) this.#lastClose = bar.close
      const sound = trusted || this.#given.has(slot) || covers(this.#empty, slot, end)
      this.#moveTo(end)
      sink(slot, bar, sound)
    }
  }

  missing(limit: number, calendar: SessionCalendar | null): Intervals {
    let missing: Intervals = []
    if (this.#next === null || (this.#gaps.length === 0 && this.#staleSince === null)) return missing
    for (let slot = this.#next; slot + this.#length <= limit; slot += this.#length) {
      if (this.#isMissing(slot, calendar)) missing = withInterval(missing, { from: slot, to: slot + this.#length })
    }
    return missing
  }

  /** Returns how many were wanted. */
  repair(bars: readonly Bar[], calendar: SessionCalendar | null): number {
    let wanted = 0
    for (const bar of bars) {
      if (this.#next === null || bar.ts < this.#next || !this.#isDown(bar.ts, calendar)) continue
      this.#given.set(bar.ts, { ...bar, origin: 'repaired' })
      wanted += 1
    }
    this.#historyFrom = bars.length === 0 ? null : Math.min(...bars.map(({ ts }) => ts))
    return wanted
  }

  /** After the first bar of the history that was just passed to `repair` a hole is an interval without trades; before it nobody knows. */
  concede({ from, to }: Interval): void {
    const known = Math.min(to, Math.max(from, this.#historyFrom ?? to))
    this.#conceded = withInterval(this.#conceded, { from, to })
    this.#empty = withInterval(this.#empty, { from: known, to })
  }

  snapshot(): BaseLaneState {
    return {
      first: this.#first,
      next: this.#next,
      sealedUntil: this.#sealedUntil,
      lastClose: this.#lastClose,
      staleSince: this.#staleSince,
      gaps: this.#gaps,
      conceded: this.#conceded,
      empty: this.#empty,
      historyFrom: this.#historyFrom,
      given: [...this.#given.values()],
      slots: [...this.#slots.values()].map((slot) => slot.snapshot()),
      counters: this.counters,
    }
  }

  #isOver(slot: number): boolean {
    return slot < this.#sealedUntil || (this.#next !== null && slot < this.#next)
  }

  #slotAt(ts: number): TradeSlot {
    if (this.#latest !== null && this.#latest.ts === ts) return this.#latest
    let slot = this.#slots.get(ts)
    if (slot === undefined) {
      slot = new TradeSlot(ts)
      this.#slots.set(ts, slot)
    }
    this.#latest = slot
    return slot
  }

  #seal(limit: number): void {
    // While it is uncertain whether anything was lost, what was held up may still arrive.
    const until = floorTo(Math.max(0, Math.min(limit, this.#staleSince ?? limit)), this.#length)
    if (until <= this.#sealedUntil) return
    this.#sealedUntil = until
    for (const slot of this.#slots.values()) if (slot.ts < until) slot.seal()
  }

  /** Whether the feed was down at some open time of the interval. */
  #isDown(slot: number, calendar: SessionCalendar | null): boolean {
    const stale = this.#staleSince ?? Number.POSITIVE_INFINITY
    if (this.#gaps.length === 0 && stale === Number.POSITIVE_INFINITY) return false
    const parts = calendar?.within(slot, slot + this.#length) ?? [{ from: slot, to: slot + this.#length }]
    return parts.some(({ from, to }) => to > stale || overlaps(this.#gaps, from, to))
  }

  #isMissing(slot: number, calendar: SessionCalendar | null): boolean {
    if (this.#given.has(slot) || covers(this.#conceded, slot, slot + this.#length)) return false
    return this.#isDown(slot, calendar)
  }

  /** What the venue gave, else what our trades made (in a gap: all that anyone has), else the last close. */
  #final(slot: number, trusted: boolean): Bar | null {
    const given = this.#given.get(slot)
    if (given !== undefined) return given
    const traded = this.#slots.get(slot)
    if (traded !== undefined) return traded.bar(trusted ? 'traded' : 'repaired')
    return this.#lastClose === null ? null : filledBar(slot, this.#lastClose)
  }

  #moveTo(ts: number): void {
    this.#latest = null
    const from = this.#next ?? ts
    const next = floorTo(ts, this.#length)
    this.#next = next
    if (next === from + this.#length) {
      this.#slots.delete(from)
      this.#given.delete(from)
    } else {
      for (const slot of this.#slots.keys()) if (slot < next) this.#slots.delete(slot)
      for (const slot of this.#given.keys()) if (slot < next) this.#given.delete(slot)
    }
    this.#gaps = since(this.#gaps, next)
    this.#conceded = since(this.#conceded, next)
    this.#empty = since(this.#empty, next)
  }
}
