import type { Bar, Clock, ClosedBar, Logger, Timeframe, Trade } from '@portolan/core'
import type { Fence, SeriesRef, Store } from '../store/store.ts'

/** Trades wait for a slow database up to this many; beyond it they are given up and counted: decisions never wait for them. */
const MOST_WAITING = 200_000

/** Where no clock says when to write, so many bars are written together. */
const MANY_WAITING = 10_000

interface WaitingTrades {
  readonly series: SeriesRef
  readonly trades: Trade[]
}

interface WaitingBars {
  readonly series: SeriesRef
  readonly timeframe: Timeframe
  readonly bars: Bar[]
}

/** Writes trades and bars to the store in batches, beside the loop; bars before what is decided on them. */
export class MarketRecorder {
  readonly #store: Store
  readonly #logger: Logger
  readonly #timer: Disposable | null
  readonly #fenceOf: (series: SeriesRef) => Fence | null
  #trades = new Map<string, WaitingTrades>()
  #bars = new Map<string, WaitingBars>()
  #waitingTrades = 0
  #waitingBars = 0
  #lost = 0
  #tradeWrites: Promise<void> = Promise.resolve()
  #barWrites: Promise<void> = Promise.resolve()

  /**
   * @param every by which clock and how often to write, ms; `null`: at the end
   * @param fenceOf the right to write the bars of a series
   */
  constructor(
    store: Store,
    every: { readonly clock: Clock; readonly ms: number } | null,
    logger: Logger,
    fenceOf: (series: SeriesRef) => Fence | null,
  ) {
    this.#store = store
    this.#fenceOf = fenceOf
    this.#logger = logger
    this.#timer = every?.clock.every(every.ms, () => void this.flush()) ?? null
  }

  trades(series: SeriesRef, trades: readonly Trade[]): void {
    if (this.#waitingTrades + trades.length > MOST_WAITING) {
      this.#lost += trades.length
      return
    }
    this.#waitingTrades += trades.length
    const key = seriesKey(series)
    const waiting = this.#trades.get(key)
    if (waiting === undefined) this.#trades.set(key, { series, trades: [...trades] })
    else waiting.trades.push(...trades)
  }

  bars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[]): void {
    if (this.#timer === null && this.#waitingBars > MANY_WAITING) void this.flush()
    this.#waitingBars += bars.length
    const key = `${seriesKey(series)} ${timeframe}`
    const waiting = this.#bars.get(key)
    if (waiting === undefined) this.#bars.set(key, { series, timeframe, bars: [...bars] })
    else waiting.bars.push(...bars)
  }

  /** Closed bars of any timeframe, oldest first. */
  closed(series: SeriesRef, closed: readonly ClosedBar[]): void {
    for (const timeframe of new Set(closed.map((one) => one.timeframe))) {
      const bars = closed.filter((one) => one.timeframe === timeframe).map(({ bar }) => bar)
      this.bars(series, timeframe, bars)
    }
  }

  /**
   * Resolves when all bars of a series that were handed over are in the store: what is decided on a bar is never on disk without it. Where nothing outlives
   * the process (no clock says when to write) there is nothing to wait for. Rejects when the store did not take them; they are kept.
   */
  async written(series: SeriesRef, timeframe: Timeframe): Promise<void> {
    if (this.#timer !== null) await this.#inTurn(() => this.#writeBars(`${seriesKey(series)} ${timeframe}`))
  }

  /** Writes what waits. A failed write is tried once more with the next one. Never rejects. */
  async flush(): Promise<void> {
    this.#tradeWrites = this.#tradeWrites.then(() => this.#flushTrades())
    const bars = this.#inTurn(async () => {
      // What fails is put back: as it is now, not as it becomes.
      const waiting = Array.from(this.#bars, ([key, { series }]) => ({ key, series }))
      for (const { key, series } of waiting)
        await this.#writeBars(key).catch((error: unknown) => this.#warn(series, error))
    })
    await Promise.all([this.#tradeWrites, bars])
  }

  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    await this.flush()
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.#barWrites.then(write)
    this.#barWrites = written.catch(() => undefined)
    return written
  }

  async #writeBars(key: string): Promise<void> {
    const batch = this.#bars.get(key)
    if (batch === undefined || batch.bars.length === 0) return
    const { series, timeframe, bars } = batch
    this.#bars.delete(key)
    this.#waitingBars -= bars.length
    try {
      const list = this.#timer === null ? bars : await this.#inPlace(batch)
      await this.#store.saveBars(series, timeframe, list, this.#fenceOf(series))
    } catch (error) {
      // What came meanwhile is newer. Bars that are there already are left as they are: repeating them is harmless.
      this.#bars.set(key, { series, timeframe, bars: [...bars, ...(this.#bars.get(key)?.bars ?? [])] })
      this.#waitingBars += bars.length
      throw error
    }
  }

  /**
   * A run that crashed may have stored bars that it never evaluated, and that lack trades which its connection lost or its clock cut off. What is evaluated
   * is what is stored: ours take their place.
   */
  async #inPlace({ series, timeframe, bars }: WaitingBars): Promise<readonly Bar[]> {
    const times = bars.map(({ ts }) => ts)
    const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b)) + 1]
    const stored = new Map<number, Bar>()
    for (const bar of await this.#store.bars({ ...series, timeframe, from, to })) stored.set(bar.ts, bar)
    return bars.map((bar) => {
      const other = stored.get(bar.ts)
      return other === undefined || isSame(other, bar) ? bar : { ...bar, origin: 'repaired' }
    })
  }

  async #flushTrades(): Promise<void> {
    const batch = this.#trades
    this.#trades = new Map()
    this.#waitingTrades = 0
    for (const { series, trades } of batch.values()) {
      try {
        await this.#store.saveTrades(series, trades)
      } catch (error) {
        this.#warn(series, error)
        this.trades(series, trades)
      }
    }
    if (this.#lost > 0) {
      this.#logger.warn('the database is too slow for the market data; trades were not kept', { trades: this.#lost })
      this.#lost = 0
    }
  }

  #warn({ instrument }: SeriesRef, error: unknown): void {
    this.#logger.warn('market data could not be written; trying again', {
      instrument,
      error: error instanceof Error ? error.message : String(error),
    })
  }
}

function isSame(a: Bar, b: Bar): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume
}

function seriesKey({ venue, source, feed, instrument }: SeriesRef): string {
  return `${venue} ${source} ${feed} ${instrument}`
}
