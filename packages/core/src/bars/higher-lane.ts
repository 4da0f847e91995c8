import type { Bar, Timeframe } from '../market/bar.ts'
import { TIMEFRAME_MS } from '../market/bar.ts'
import { filledBar, floorTo, originOf } from './bar-slot.ts'
import type { Interval, Intervals } from './intervals.ts'
import { covers, since, withInterval } from './intervals.ts'
import type { SessionCalendar } from './session-calendar.ts'

/** A bar in the making. */
interface Bucket {
  readonly ts: number
  /** The series began within it. */
  readonly partial: boolean
  /** All of its interval was seen, and nothing of it had to be made up. */
  sound: boolean
  bar: Bar | null
}

/** JSON. */
export interface HigherLaneState {
  readonly timeframe: Timeframe
  /** Base bars were seen from this time on. */
  readonly coveredFrom: number | null
  /** Open time of the next bar to open; everything before is queued or told. */
  readonly tail: number | null
  readonly lastClose: number | null
  readonly open: Readonly<Bucket> | null
  readonly queue: readonly Readonly<Bucket>[]
  readonly given: readonly Bar[]
  readonly conceded: Intervals
}

/**
 * One timeframe above the base: aggregates its bars. A bar whose interval was not seen whole, or in which base bars had to be made up, is held until the
 * venue's own bar of this timeframe repairs it or is conceded, because the venue often keeps longer histories of longer bars.
 */
export class HigherLane {
  readonly timeframe: Timeframe
  readonly #length: number
  #coveredFrom: number | null = null
  #tail: number | null = null
  #lastClose: number | null = null
  #open: Bucket | null = null
  #queue: Bucket[] = []
  readonly #given = new Map<number, Bar>()
  #conceded: Intervals = []

  constructor(timeframe: Timeframe, state?: HigherLaneState) {
    this.timeframe = timeframe
    this.#length = TIMEFRAME_MS[timeframe]
    if (state === undefined) return
    this.#coveredFrom = state.coveredFrom
    this.#tail = state.tail
    this.#lastClose = state.lastClose
    this.#open = state.open === null ? null : { ...state.open }
    this.#queue = state.queue.map((bucket) => ({ ...bucket }))
    for (const bar of state.given) this.#given.set(bar.ts, bar)
    this.#conceded = state.conceded
  }

  /** Everything up to the end of this bar is known already. */
  seed(last: Bar): void {
    this.#tail = last.ts + this.#length
    this.#lastClose = last.close
  }

  /** Takes what closed at a base interval: a bar, or `null` when there is none yet. `sound`: not made up. */
  feed(slot: number, bar: Bar | null, sound: boolean, calendar: SessionCalendar | null): void {
    this.advance(slot)
    this.#coveredFrom ??= slot
    const ts = floorTo(slot, this.#length)
    if (this.#tail !== null && ts < this.#tail) return
    if (this.#open === null) {
      this.#queueUnseen(ts, calendar)
      const partial = this.#isUnseen(ts, calendar)
      this.#open = { ts, partial, sound: !partial, bar: null }
    }
    if (!sound) this.#open.sound = false
    if (bar !== null) this.#open.bar = this.#open.bar === null ? begin(ts, bar) : extend(this.#open.bar, bar)
  }

  /** Base intervals are done up to `until`. */
  advance(until: number): void {
    const open = this.#open
    if (open === null || until < open.ts + this.#length) return
    this.#open = null
    // The rest of an interval in which the series begins is no bar, and nobody waits for it.
    if (open.partial && this.#tail === null) return
    this.#queue.push(open)
    this.#tail = open.ts + this.#length
  }

  /** Takes what is final of the bars that end at or before `limit`. */
  close(limit: number): Bar[] {
    const closed: Bar[] = []
    for (let head = this.#queue[0]; head !== undefined && head.ts + this.#length <= limit; head = this.#queue[0]) {
      if (this.#isMissing(head)) break
      const bar = this.#final(head)
      if (bar !== null) {
        closed.push(bar)
        this.#lastClose = bar.close
      }
      this.#queue.shift()
      this.#given.delete(head.ts)
      this.#conceded = since(this.#conceded, head.ts + this.#length)
    }
    return closed
  }

  missing(limit: number): Intervals {
    let missing: Intervals = []
    for (const bucket of this.#queue) {
      const to = bucket.ts + this.#length
      if (to <= limit && this.#isMissing(bucket)) missing = withInterval(missing, { from: bucket.ts, to })
    }
    return missing
  }

  /** Returns how many were wanted. */
  repair(bars: readonly Bar[]): number {
    const wanted = bars.filter(({ ts }) => this.#queue.some((bucket) => bucket.ts === ts && !bucket.sound))
    for (const bar of wanted) this.#given.set(bar.ts, { ...bar, origin: 'repaired' })
    return wanted.length
  }

  concede(interval: Interval): void {
    this.#conceded = withInterval(this.#conceded, interval)
  }

  snapshot(): HigherLaneState {
    return {
      timeframe: this.timeframe,
      coveredFrom: this.#coveredFrom,
      tail: this.#tail,
      lastClose: this.#lastClose,
      open: this.#open === null ? null : { ...this.#open },
      queue: this.#queue.map((bucket) => ({ ...bucket })),
      given: [...this.#given.values()],
      conceded: this.#conceded,
    }
  }

  /** Intervals between what is known and the first base bar are waited for. */
  #queueUnseen(until: number, calendar: SessionCalendar | null): void {
    if (this.#tail === null) return
    for (let ts = this.#tail; ts < until; ts += this.#length) {
      if (this.#isUnseen(ts, calendar)) this.#queue.push({ ts, partial: true, sound: false, bar: null })
    }
    this.#tail = until
  }

  /** Whether the market was open in the part of an interval that lies before the first base bar. */
  #isUnseen(ts: number, calendar: SessionCalendar | null): boolean {
    const until = Math.min(this.#coveredFrom ?? 0, ts + this.#length)
    return until > ts && (calendar === null || calendar.isOpenWithin(ts, until))
  }

  #isMissing(bucket: Bucket): boolean {
    if (bucket.sound || this.#given.has(bucket.ts)) return false
    return !covers(this.#conceded, bucket.ts, bucket.ts + this.#length)
  }

  #final(bucket: Bucket): Bar | null {
    const given = this.#given.get(bucket.ts)
    if (given !== undefined) return given
    if (bucket.bar !== null) return bucket.bar
    return bucket.sound || this.#lastClose === null ? null : filledBar(bucket.ts, this.#lastClose)
  }
}

function begin(ts: number, bar: Bar): Bar {
  const { open, high, low, close, volume } = bar
  return { ts, open, high, low, close, volume, origin: originOf(bar) }
}

function extend(bar: Bar, next: Bar): Bar {
  const origins = [originOf(bar), originOf(next)]
  const origin = origins.includes('repaired') ? 'repaired' : origins.includes('traded') ? 'traded' : 'filled'
  return {
    ts: bar.ts,
    open: bar.open,
    high: Math.max(bar.high, next.high),
    low: Math.min(bar.low, next.low),
    close: next.close,
    volume: bar.volume + next.volume,
    origin,
  }
}
