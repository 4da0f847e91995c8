import type {
  Bar,
  Clock,
  ClosedBar,
  DataSource,
  FeedStatus,
  Interval,
  Logger,
  MissingBars,
  Timeframe,
  Trade,
  TradingSession,
} from '@portolan/core'
import { BarBuilder, fillHoles, slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { SeriesRef } from '../store/store.ts'

/** Closed bars of a venue's history: `from <= ts < to`, ms. Rejects when they cannot be read. */
export type ReadHistory = (timeframe: Timeframe, from: number, to: number) => Promise<readonly Bar[]>

export interface SeriesFeedDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly graceMs: number
  /** What it lives on until the venue says otherwise. */
  readonly source: DataSource
  /** `null` for a timeframe of which the venue keeps no history. */
  readonly history: (timeframe: Timeframe) => ReadHistory | null
  /** Something may be closed now that could not be before. */
  readonly onRepaired: () => void
  /** Bars of this time were closed, and only now it is known that the feed was down in it. */
  readonly onLateGap: (hole: Interval) => void
}

const RETRY_MS = 2_000
const LONGEST_RETRY_MS = 60_000
/** A venue's own candle may come a moment after its end: how often it is asked before its absence is believed. */
const ASKED_BEFORE_CONCEDING = 3

/** One instrument of one feed: what the venue delivers becomes closed bars, holes filled from the venue's history. */
export class SeriesFeed {
  readonly ref: SeriesRef
  readonly timeframes: readonly Timeframe[]
  /** Finest timeframe: of the bars that trades make, or that the venue delivers. */
  readonly base: Timeframe
  readonly #builder: BarBuilder
  readonly #deps: SeriesFeedDeps
  #seeded = false
  #started = false
  #repairing = false
  #status: 'waiting' | 'live' | 'stale' = 'waiting'
  #source: DataSource
  /** End of the last base bar in which the feed is known to have been down, ms. */
  #downUntil = 0
  #isContinuous = true
  /** What opens before is known to everybody, ms: where the clock was set back, bars of then close again. */
  #since: ReadonlyMap<Timeframe, number> = new Map()
  /** The last bars that a former run evaluated, until the first one after them is closed. */
  #before = new Map<Timeframe, Bar>()
  /** Closed too early; longer bars that contain one are still to come. */
  #lateHoles: Interval[] = []

  constructor(ref: SeriesRef, base: Timeframe, timeframes: readonly Timeframe[], deps: SeriesFeedDeps) {
    this.ref = ref
    this.base = base
    this.timeframes = timeframes
    this.#deps = deps
    this.#source = deps.source
    this.#builder = new BarBuilder({ base, timeframes, graceMs: deps.graceMs })
  }

  /** When the market is open, as it is known now; `null` for 24/7. */
  setSessions(sessions: readonly TradingSession[] | null): void {
    this.#isContinuous = sessions === null
    this.#builder.setSessions(sessions?.map(({ open, close }) => ({ from: open, to: close })) ?? null)
  }

  get status(): 'waiting' | 'live' | 'stale' {
    return this.#status
  }

  /** What it lives on at present. */
  get source(): DataSource {
    return this.#source
  }

  /** Whether bars are made of trades: not where the venue reads closed bars in their place. */
  get takesTrades(): boolean {
    return this.#source.completeUntil === undefined
  }

  /** Whether it trades around the clock. */
  get isContinuous(): boolean {
    return this.#isContinuous
  }

  /** Bars of the base are closed up to this time, ms; `null` before the start. */
  get closedUntil(): number | null {
    const next = this.#builder.nextCloseAt
    return next === null ? null : next - TIMEFRAME_MS[this.base] - this.#deps.graceMs
  }

  /** The venue's closed bars, asked for until it answers; `null` where it keeps none. */
  async readHistory(timeframe: Timeframe, from: number, to: number): Promise<readonly Bar[] | null> {
    const read = this.#deps.history(timeframe)
    return read === null ? null : this.#untilRead(timeframe, () => read(timeframe, from, to))
  }

  /** Whether bars are known to be missing and not had from history yet, the running one included. */
  get incomplete(): boolean {
    return !this.#seeded || this.#repairing || this.#downUntil > (this.closedUntil ?? Number.POSITIVE_INFINITY)
  }

  /**
   * Reads history since a time for each timeframe, after the last bars of a former run, and goes on from there. Returns all of it, holes filled, in the order of closing. Asks again
   * until the venue answers; rejects only when the runner stops.
   */
  async seed(
    since: ReadonlyMap<Timeframe, number>,
    before: ReadonlyMap<Timeframe, Bar> = new Map(),
  ): Promise<readonly ClosedBar[]> {
    const history: { -readonly [T in Timeframe]?: readonly Bar[] } = {}
    const now = this.#deps.clock.now()
    for (const timeframe of new Set([...this.timeframes, this.base])) {
      const read = this.#deps.history(timeframe)
      if (read === null) continue
      const asked = since.get(timeframe) ?? now
      // The base must reach back to where the longest running bar opened: the rest of that bar is made from it.
      const from = timeframe === this.base ? Math.min(asked, ...this.timeframes.map((of) => slotOf(now, of))) : asked
      history[timeframe] = await this.#untilRead(timeframe, () => read(timeframe, from, now))
    }
    const known = this.#builder.seed(history)
    this.#seeded = true
    this.#since = since
    this.#before = new Map(before)
    return this.#joined(known.filter(({ timeframe }) => this.timeframes.includes(timeframe)))
  }

  addTrades(trades: readonly Trade[]): void {
    this.#started = true
    this.#builder.addTrades(trades)
  }

  /** Bars of another timeframe than the base are built, not taken. */
  addBars(timeframe: Timeframe, bars: readonly Bar[]): void {
    if (timeframe !== this.base) return
    this.#started = true
    this.#builder.addBars(bars)
  }

  onStatus(status: FeedStatus, at: number, source: DataSource = this.#source): void {
    this.#source = source
    if (status.kind === 'live' && !this.#started) {
      this.#started = true
      this.#builder.startAt(at)
    }
    if (status.kind === 'live' || status.kind === 'reconnected') this.#status = 'live'
    if (status.kind === 'stale') this.#status = 'stale'
    const closed = this.closedUntil
    this.#builder.onStatus(status)
    if (status.kind === 'gap' && this.#canBackfill())
      this.#downUntil = Math.max(this.#downUntil, slotOfEnd(status.to, TIMEFRAME_MS[this.base]))
    if (status.kind !== 'gap' || closed === null || status.from >= closed) return
    const hole = { from: status.from, to: Math.min(status.to, closed) }
    this.#lateHoles.push(hole)
    this.#deps.onLateGap(hole)
  }

  /** Begins where another series of the same instrument is: what the venue said of its feed holds for this one. */
  standInFor(other: SeriesFeed): void {
    this.#source = other.source
    if (other.status === 'waiting') return
    const now = this.#deps.clock.now()
    this.onStatus(other.status === 'live' ? { kind: 'live' } : { kind: 'stale', since: now }, now)
  }

  /** What is closed by now, in order. Holes set a repair going. */
  close(now: number): readonly ClosedBar[] {
    if (!this.#seeded) return []
    const { completeUntil = Number.POSITIVE_INFINITY } = this.#source
    const limit = Math.min(now, completeUntil + this.#deps.graceMs)
    const closed = this.#joined(this.#builder.closeUntil(limit))
    if (this.#lateHoles.length > 0) this.#mendLonger(closed)
    if (this.#repairing) return closed
    const missing = this.#builder.missing(limit)
    if (missing.length === 0) return closed
    const repairable = missing.filter(({ timeframe }) => this.#deps.history(timeframe) !== null)
    if (repairable.length > 0) {
      void this.#repair(repairable)
      return closed
    }
    for (const hole of missing) this.#builder.concede(hole)
    return [...closed, ...this.close(now)]
  }

  /** What is news, joined to the last bars of a former run: what the venue does not remember in between is forward-filled. */
  #joined(closed: readonly ClosedBar[]): readonly ClosedBar[] {
    const news = closed.filter(
      ({ timeframe, bar }) => bar.ts >= (this.#since.get(timeframe) ?? Number.NEGATIVE_INFINITY),
    )
    if (this.#before.size === 0) return news
    return news.flatMap((one) => {
      const { timeframe, bar } = one
      const last = this.#before.get(timeframe)
      if (last === undefined || bar.ts <= last.ts) return [one]
      this.#before.delete(timeframe)
      if (!this.#isContinuous) return [one]
      return fillHoles([last, bar], timeframe, null)
        .slice(1)
        .map((filled) => ({ timeframe, bar: filled }))
    })
  }

  #canBackfill(): boolean {
    return this.#deps.history(this.base) !== null
  }

  /** A longer bar that was made of bars closed too early is mended when it closes. */
  #mendLonger(closed: readonly ClosedBar[]): void {
    const longest = Math.max(...this.timeframes.map((timeframe) => TIMEFRAME_MS[timeframe]))
    for (const { timeframe, bar } of closed) {
      const to = bar.ts + TIMEFRAME_MS[timeframe]
      if (this.#lateHoles.some((hole) => hole.from < to && bar.ts < hole.to)) this.#deps.onLateGap({ from: bar.ts, to })
    }
    const until = this.closedUntil ?? 0
    this.#lateHoles = this.#lateHoles.filter((hole) => slotOfEnd(hole.to, longest) >= until)
  }

  async #repair(holes: readonly MissingBars[]): Promise<void> {
    this.#repairing = true
    try {
      for (const hole of holes) await this.#repairOne(hole)
    } catch (error) {
      if (this.#deps.signal.aborted) return
      this.#deps.logger.error('what the venue gave for missing bars cannot be used; trying again', {
        instrument: this.ref.instrument,
        error: error instanceof Error ? error.message : String(error),
      })
    } finally {
      this.#repairing = false
    }
    this.#deps.onRepaired()
  }

  async #repairOne(hole: MissingBars): Promise<void> {
    const { timeframe, from, to } = hole
    const read = this.#deps.history(timeframe)
    if (read === null) return
    const length = TIMEFRAME_MS[timeframe]
    const wanted = Math.round((to - from) / length)
    for (let asked = 1; ; asked += 1) {
      // The bar before the hole shows that the venue's history reaches this far: what it lacks then was not traded.
      const bars = await this.#untilRead(timeframe, () => read(timeframe, from - length, to))
      if (this.#builder.repair(timeframe, bars) >= wanted) return
      if (asked >= ASKED_BEFORE_CONCEDING) break
      await this.#deps.clock.sleep(RETRY_MS, this.#deps.signal)
    }
    this.#builder.concede(hole)
  }

  /** A failed read says nothing about the bars: it is tried again for as long as it takes. */
  async #untilRead<T>(timeframe: Timeframe, read: () => Promise<T>): Promise<T> {
    const { clock, logger, signal } = this.#deps
    for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      signal.throwIfAborted()
      try {
        return await read()
      } catch (error) {
        if (signal.aborted) throw error
        logger.warn('history could not be read; trying again', {
          instrument: this.ref.instrument,
          timeframe,
          error: error instanceof Error ? error.message : String(error),
        })
      }
      await clock.sleep(wait, signal)
    }
  }
}

/** End of the bar of this length to which a time belongs. */
function slotOfEnd(at: number, length: number): number {
  return Math.ceil(at / length) * length
}
