import type { FeedStatus, Trade } from '../contract/events.ts'
import type { Bar, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS, TIMEFRAMES } from '../market/bar.ts'
import type { BarBuilderState } from './bar-builder-state.ts'
import { assertAligned } from './bar-slot.ts'
import type { BarCounters } from './base-lane.ts'
import { BaseLane } from './base-lane.ts'
import type { ClosedBar, MissingBars } from './closed-bar.ts'
import { compareClosedBars } from './closed-bar.ts'
import { fillHoles } from './fill-holes.ts'
import { HigherLane } from './higher-lane.ts'
import type { Interval } from './intervals.ts'
import { SessionCalendar } from './session-calendar.ts'

export interface BarBuilderOptions {
  /** The finest timeframe that the feed can give: of the bars that trades make (`1m`), or of the bars that are added. Default `1m`. */
  readonly base?: Timeframe
  /** Timeframes wanted; those above the base are aggregated from it. The base is always built. */
  readonly timeframes: readonly Timeframe[]
  /** How long after its end a bar is closed, ms: 2000 live, 0 in replay; at least the delay of a venue that delivers bars. */
  readonly graceMs: number
  /** Market hours, for a session venue; `null` (default) for 24/7. */
  readonly sessions?: readonly Interval[] | null
}

/** Bars known from before, oldest first, per timeframe. */
export type BarHistory = { readonly [T in Timeframe]?: readonly Bar[] }

/** Nothing closed: the answer of most calls. */
const NONE: readonly ClosedBar[] = []

/**
 * Makes the bars of one instrument and feed. Deterministic: only what is passed in counts, `now` is the runner's clock.
 *
 * Use: `startAt` the first moment of the feed, `seed` it with history, then `addTrades` / `addBars` and `onStatus` as events come, and `closeUntil(now)`
 * at least every few seconds. When the feed was down (also in the part of the first bar before the start), bars are *missing*: `closeUntil` holds
 * everything after them back until what `missing(now)` lists was passed to `repair` from the venue's history, and the rest to `concede`.
 */
export class BarBuilder {
  readonly #graceMs: number
  readonly #base: BaseLane
  readonly #higher: readonly HigherLane[]
  #calendar: SessionCalendar | null = null

  constructor(options: BarBuilderOptions, state?: BarBuilderState) {
    const base = options.base ?? '1m'
    if (state !== undefined && state.base !== base) {
      throw new RangeError(`the saved bars are built from ${state.base} bars, not from ${base} bars`)
    }
    this.#graceMs = options.graceMs
    this.setSessions(options.sessions ?? null)
    this.#base = new BaseLane(base, state?.baseLane)
    this.#higher = TIMEFRAMES.filter(
      (timeframe) => options.timeframes.includes(timeframe) && TIMEFRAME_MS[timeframe] > TIMEFRAME_MS[base],
    ).map((timeframe) => {
      const saved = state?.higherLanes.find((lane) => lane.timeframe === timeframe)
      return new HigherLane(timeframe, saved)
    })
  }

  /** Trades and bars that were left out, and why. */
  get counters(): BarCounters {
    return this.#base.counters
  }

  /** Earliest time (ms) at which `closeUntil` could close another base bar; `null` before the start. */
  get nextCloseAt(): number | null {
    const next = this.#base.next
    return next === null ? null : next + TIMEFRAME_MS[this.#base.timeframe] + this.#graceMs
  }

  /** Market hours as they are known now. They are not part of the saved state. */
  setSessions(sessions: readonly Interval[] | null): void {
    this.#calendar = sessions === null ? null : new SessionCalendar(sessions)
  }

  /** The feed is up from `ts` on (venue time, ms). After a restart or an outage: whatever is not closed yet before `ts` is missing. */
  startAt(ts: number): void {
    this.#base.startAt(ts)
  }

  /**
   * Takes history, before the first bar is closed; the feed may have started. Bars of the base go on where the history ends; a higher timeframe is told
   * from its own history, and after its end from the history of the base. Returns the whole history as it is to be stored and stepped: holes filled, and
   * what could be aggregated.
   * @throws {RangeError} when bars are out of order or not aligned, or bars were closed already.
   */
  seed(history: BarHistory): readonly ClosedBar[] {
    if (this.#base.hasClosed) throw new RangeError('history comes before the first bar is closed')
    const known: ClosedBar[] = []
    for (const lane of this.#higher) {
      const bars = fillHoles(history[lane.timeframe] ?? [], lane.timeframe, this.#calendar)
      for (const bar of bars) known.push(this.#closed(lane.timeframe, bar))
      const last = bars.at(-1)
      if (last !== undefined) lane.seed(last)
    }
    known.push(...this.#seedBase(history[this.#base.timeframe] ?? []))
    return known.sort(compareClosedBars)
  }

  /** Trades in any order; a second one with the same id, and one for a closed bar, is counted and left out. Starts the feed when nothing did before. */
  addTrades(trades: readonly Trade[]): void {
    this.#base.addTrades(trades, this.#calendar)
  }

  /** Closed bars of the base timeframe, from a venue that delivers bars or a file. Starts the feed when nothing did before. @throws {RangeError} when not aligned. */
  addBars(bars: readonly Bar[]): void {
    this.#base.addBars(bars)
  }

  /** What the venue says of the feed. While `stale` bars are held back; `live` says that nothing was lost. */
  onStatus(status: FeedStatus): void {
    switch (status.kind) {
      case 'live':
        this.#base.markStale(null)
        break
      case 'stale':
        this.#base.markStale(status.since)
        break
      case 'gap':
        this.#base.markGap(status)
        break
      case 'reconnected':
        break
    }
  }

  /** Closes all bars that have ended by the clock and are not held back: by their end, among equals the shorter timeframe first. */
  closeUntil(now: number): readonly ClosedBar[] {
    const limit = now - this.#graceMs
    const closed: ClosedBar[] = []
    this.#base.close(limit, this.#calendar, (slot, bar, sound) => {
      if (bar !== null) closed.push(this.#closed(this.#base.timeframe, bar))
      for (const lane of this.#higher) lane.feed(slot, bar, sound, this.#calendar)
    })
    this.#closeHigher(this.#base.next ?? 0, limit, closed)
    if (closed.length === 0) return NONE
    return closed.length === 1 ? closed : closed.sort(compareClosedBars)
  }

  /** What must be fetched from the venue's history now, so that closing can go on. Ask again after each `closeUntil`. */
  missing(now: number): readonly MissingBars[] {
    const limit = now - this.#graceMs
    const missing: MissingBars[] = []
    for (const lane of [this.#base, ...this.#higher]) {
      for (const interval of lane.missing(limit, this.#calendar))
        missing.push({ timeframe: lane.timeframe, ...interval })
    }
    return missing
  }

  /**
   * Takes the venue's history for what is missing, marked as repaired; bars that are not missing are left out. A bar from before the missing ones is worth
   * passing: it shows that the venue's history reaches that far, so that a hole in it means that nothing traded.
   * Returns how many were wanted. @throws {RangeError} when a bar is not aligned.
   */
  repair(timeframe: Timeframe, bars: readonly Bar[]): number {
    for (const bar of bars) assertAligned(bar, timeframe)
    return this.#lane(timeframe)?.repair(bars, this.#calendar) ?? 0
  }

  /** The venue does not have the bars of this interval either: what no one has is forward-filled. */
  concede(missing: MissingBars): void {
    const { timeframe, from, to } = missing
    this.#lane(timeframe)?.concede({ from, to })
  }

  /** A copy of all that it knows, as JSON. */
  snapshot(): BarBuilderState {
    return {
      version: 1,
      base: this.#base.timeframe,
      baseLane: this.#base.snapshot(),
      higherLanes: this.#higher.map((lane) => lane.snapshot()),
    }
  }

  #lane(timeframe: Timeframe): BaseLane | HigherLane | undefined {
    return timeframe === this.#base.timeframe
      ? this.#base
      : this.#higher.find((candidate) => candidate.timeframe === timeframe)
  }

  #seedBase(history: readonly Bar[]): ClosedBar[] {
    const known: ClosedBar[] = []
    const timeframe = this.#base.timeframe
    const started = this.#base.next ?? Number.POSITIVE_INFINITY
    let last: Bar | null = null
    for (const bar of fillHoles(history, timeframe, this.#calendar)) {
      if (bar.ts >= started) continue
      known.push(this.#closed(timeframe, bar))
      for (const lane of this.#higher) lane.feed(bar.ts, bar, true, this.#calendar)
      last = bar
    }
    this.#base.repair(
      history.filter(({ ts }) => ts >= started),
      this.#calendar,
    )
    if (last === null) return known
    const end = last.ts + TIMEFRAME_MS[timeframe]
    this.#base.continueFrom(end, last.close)
    this.#closeHigher(end, end, known)
    return known
  }

  #closeHigher(until: number, limit: number, into: ClosedBar[]): void {
    for (const lane of this.#higher) {
      lane.advance(until)
      for (const bar of lane.close(limit)) into.push(this.#closed(lane.timeframe, bar))
    }
  }

  #closed(timeframe: Timeframe, bar: Bar): ClosedBar {
    const opensSession = timeframe !== '1d' && this.#calendar?.opensWithin(bar.ts, bar.ts + TIMEFRAME_MS[timeframe])
    return { timeframe, bar: opensSession === true ? { ...bar, gapMarked: true } : bar }
  }
}
