import type { Bar, Clock, Logger, Timeframe, Trade } from '@portolan/core'
import type { SeriesRef, Store } from '../store/store.ts'

/** Market data wait for a slow database up to this many rows; beyond it the oldest are given up and counted: decisions never wait for them. */
const MOST_WAITING = 200_000

/** Where no clock says when to write, so many rows are written together. */
const MANY_WAITING = 10_000

interface Waiting {
  readonly series: SeriesRef
  trades: Trade[]
  readonly bars: Map<Timeframe, Bar[]>
}

/** Writes trades and bars to the store in batches, beside the loop. */
export class MarketRecorder {
  readonly #store: Store
  readonly #logger: Logger
  readonly #timer: Disposable | null
  #waiting = new Map<string, Waiting>()
  #rows = 0
  #lost = 0
  #flushing: Promise<void> = Promise.resolve()

  /** @param every by which clock and how often to write, ms; `null`: at the end. */
  constructor(store: Store, every: { readonly clock: Clock; readonly ms: number } | null, logger: Logger) {
    this.#store = store
    this.#logger = logger
    this.#timer = every?.clock.every(every.ms, () => void this.flush()) ?? null
  }

  trades(series: SeriesRef, trades: readonly Trade[]): void {
    if (!this.#takes(trades.length)) return
    this.#of(series).trades.push(...trades)
  }

  bars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[]): void {
    if (!this.#takes(bars.length)) return
    if (this.#timer === null && this.#rows > MANY_WAITING) void this.flush()
    const waiting = this.#of(series)
    const list = waiting.bars.get(timeframe)
    if (list) list.push(...bars)
    else waiting.bars.set(timeframe, [...bars])
  }

  /** Writes what waits. A failed write is tried once more with the next one. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush())
    return this.#flushing
  }

  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    await this.flush()
  }

  async #flush(): Promise<void> {
    if (this.#rows === 0) return
    const batch = this.#waiting
    this.#waiting = new Map()
    this.#rows = 0
    for (const { series, trades, bars } of batch.values()) {
      try {
        if (trades.length > 0) await this.#store.saveTrades(series, trades)
        for (const [timeframe, list] of bars) await this.#store.saveBars(series, timeframe, list)
      } catch (error) {
        this.#logger.warn('market data could not be written; trying again', {
          instrument: series.instrument,
          error: error instanceof Error ? error.message : String(error),
        })
        // Both writes leave what is there already as it is: repeating them is harmless.
        this.trades(series, trades)
        for (const [timeframe, list] of bars) this.bars(series, timeframe, list)
      }
    }
    if (this.#lost > 0) {
      this.#logger.warn('the database is too slow for the market data; rows were not kept', { rows: this.#lost })
      this.#lost = 0
    }
  }

  #takes(rows: number): boolean {
    if (this.#rows + rows > MOST_WAITING) {
      this.#lost += rows
      return false
    }
    this.#rows += rows
    return true
  }

  #of(series: SeriesRef): Waiting {
    const key = `${series.venue} ${series.source} ${series.feed} ${series.instrument}`
    let waiting = this.#waiting.get(key)
    if (!waiting) {
      waiting = { series, trades: [], bars: new Map() }
      this.#waiting.set(key, waiting)
    }
    return waiting
  }
}
