import type { Bar, Interval, Timeframe, Trade } from '@portolan/core'
import { decimalFromNumber, slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { PlayedSeries } from './played-series.ts'
import type { Recording } from './recording.ts'
import type { TapeEvent } from './tape-event.ts'

const MINUTE_MS = TIMEFRAME_MS['1m']
const BATCH_MS = 1_000
/** How far the volume of a bar may be from that of its trades without being another one. */
const VOLUME_TOLERANCE = 1e-9

/**
 * One recorded series, told as it happened. Trades make the bars, as they did then. A recorded bar stands where they cannot: where it was back-filled, where
 * its trades came late or were lost, and where no trades were kept. Where not even bars of the base were recorded, the bars of the unit are played.
 */
export class SeriesTape {
  readonly series: PlayedSeries
  readonly spans: readonly Interval[]
  readonly #recording: Recording
  /** Of what is played, ms. */
  readonly #range: Interval
  #day = Number.NaN
  #base: ReadonlyMap<number, Bar> = new Map()
  #unit: ReadonlyMap<number, Bar> = new Map()

  constructor(recording: Recording, series: PlayedSeries, spans: readonly Interval[], range: Interval) {
    this.#recording = recording
    this.series = series
    this.spans = spans
    this.#range = range
  }

  /** Whether the series is being recorded at a time. */
  isUp(at: number): boolean {
    return this.spans.some(({ from, to }) => from <= at && at < to)
  }

  /** What happens within a window that lies in one day: what ends in `from < at <= to`, and what begins in `from <= at < to`. In no order. */
  async events(window: Interval): Promise<readonly TapeEvent[]> {
    await this.#load(slotOf(window.from, '1d'))
    const { ref, base, trades: traded } = this.series
    const trades = traded ? await this.#recording.trades(ref, window.from, window.to) : []
    const bySlot = Map.groupBy(trades, ({ ts }) => slotOf(ts, base))
    const length = TIMEFRAME_MS[base]
    const events: TapeEvent[] = [...this.#interruptions(window)]
    for (let slot = slotOf(window.from, base); slot < window.to; slot += length) {
      const inSlot = bySlot.get(slot) ?? []
      for (const event of this.#slot(slot, inSlot)) {
        const begins = event.type === 'open'
        if (begins ? event.at >= window.from : event.at > window.from && event.at <= window.to) events.push(event)
      }
    }
    return events
  }

  #slot(slot: number, trades: readonly Trade[]): readonly TapeEvent[] {
    const { base, unit } = this.series
    const end = slot + TIMEFRAME_MS[base]
    const outer = slotOf(slot, unit)
    if (this.#playsUnit(outer)) {
      const whole = this.#unit.get(outer)
      const events = batches(trades, false)
      const [first, last] = this.#openSlots(outer)
      if (whole === undefined || first === undefined || last === undefined) return events
      // One bar of the base that is all of it: nothing trades in the rest, so that the unit comes out as it was.
      if (slot === first) events.push(...opening(slot, whole), { type: 'bar', at: end, bar: { ...whole, ts: slot } })
      if (slot === last) events.push(closing(end, whole))
      return events
    }
    const bar = this.#base.get(slot)
    const events = batches(trades, true)
    if (bar === undefined) return events
    if (trades.length === 0) events.push(...opening(slot, bar), closing(end, bar))
    if (trades.length === 0 || !isMadeOf(bar, trades)) events.push({ type: 'bar', at: end, bar })
    return events
  }

  /** Whether the bars of the base do not tell all of a bar of the unit that was recorded. */
  #playsUnit(outer: number): boolean {
    const { base, unit } = this.series
    if (unit === base || outer < this.#range.from || !this.#unit.has(outer)) return false
    return this.#slots(outer).some((slot) => !this.#base.has(slot))
  }

  /** The first and the last bar of the base in one of the unit. */
  #openSlots(outer: number): readonly [number | undefined, number | undefined] {
    const slots = this.#slots(outer)
    return [slots[0], slots.at(-1)]
  }

  /** Bars of the base that there can be in one of the unit. */
  #slots(outer: number): readonly number[] {
    const { base, unit, calendar } = this.series
    const length = TIMEFRAME_MS[base]
    const all = Array.from({ length: TIMEFRAME_MS[unit] / length }, (_, index) => outer + index * length)
    return calendar === null ? all : all.filter((slot) => calendar.isOpenWithin(slot, slot + length))
  }

  *#interruptions(window: Interval): Iterable<TapeEvent> {
    for (const [index, { from, to }] of this.spans.entries()) {
      if (from > this.#range.from && from >= window.from && from < window.to) {
        yield { type: 'up', at: from, since: this.spans[index - 1]?.to ?? this.#range.from }
      }
      const at = Math.ceil(to / MINUTE_MS) * MINUTE_MS
      const told = at === to ? at >= window.from && at < window.to : at > window.from && at <= window.to
      if (told) yield { type: 'down', at, since: to }
    }
  }

  async #load(day: number): Promise<void> {
    if (day === this.#day) return
    const { base, unit } = this.series
    this.#base = await this.#bars(base, day)
    this.#unit = unit === base ? this.#base : await this.#bars(unit, day)
    this.#day = day
  }

  async #bars(timeframe: Timeframe, day: number): Promise<ReadonlyMap<number, Bar>> {
    const to = Math.min(day + TIMEFRAME_MS['1d'], this.#range.to)
    if (to <= day) return new Map()
    const bars = await this.#recording.bars({ ...this.series.ref, timeframe, from: day, to })
    const ended = bars.filter(({ ts }) => ts + TIMEFRAME_MS[timeframe] <= this.#range.to)
    return new Map(ended.map((bar) => [bar.ts, bar]))
  }
}

/** Trades as a venue would deliver them: those of a second at its end. */
function batches(trades: readonly Trade[], build: boolean): TapeEvent[] {
  const bySecond = Map.groupBy(trades, ({ ts }) => ts - (ts % BATCH_MS) + BATCH_MS)
  return [...bySecond].map(([at, inSecond]) => ({ type: 'trades', at, trades: inSecond, build }))
}

/** A bar in which nothing traded has no price of its own. */
function opening(slot: number, bar: Bar): TapeEvent[] {
  return bar.origin === 'filled' ? [] : [{ type: 'open', at: slot, price: decimalFromNumber(bar.open) }]
}

function closing(end: number, bar: Bar): TapeEvent {
  return { type: 'close', at: end, price: decimalFromNumber(bar.close) }
}

/** Whether these trades are those of which the bar was made then. */
function isMadeOf(bar: Bar, trades: readonly Trade[]): boolean {
  if (bar.origin === 'repaired') return false
  const volume = trades.reduce((sum, { quantity }) => sum + Number(quantity), 0)
  return Math.abs(volume - bar.volume) <= VOLUME_TOLERANCE * Math.max(volume, bar.volume)
}
