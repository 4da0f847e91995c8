import type { Bar, Clock, InstrumentId, Logger, RateBudget } from '@portolan/core'

export interface CandlePollerParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly weight: RateBudget
  /** Weight per minute that it may use at most. */
  readonly weightPerMinute: number
  /** Closed 1m bars of `from <= ts < to`, ms. Rejects when they cannot be read. */
  readonly read: (id: InstrumentId, from: number, to: number) => Promise<readonly Bar[]>
  /** All bars that ended by `until` (ms) have been read; these are the ones since the reading before. */
  readonly onRead: (id: InstrumentId, bars: readonly Bar[], until: number) => void
}

interface Polled {
  /** All bars that ended by then are known, ms; `null` before the first reading. */
  until: number | null
  /** When the latest reading succeeded, ms. */
  readAt: number | null
  triedAt: number
}

const MINUTE_MS = 60_000
/** Of one reading: 20, and 1 for every 60 bars. */
const READING_WEIGHT = 21
/** The candle of a minute may still change a moment after its end. */
const SETTLE_MS = 3_000

/**
 * Reads the closed minutes of instruments for which there is no stream, one after the other at an even pace, the one longest unseen first. Candles and not
 * recent trades, since both cost the same and only candles leave no hole, however long ago the reading before was.
 */
export class CandlePoller {
  readonly #parts: CandlePollerParts
  readonly #coins = new Map<InstrumentId, Polled>()
  #next: Disposable | null = null
  #stopped = false

  constructor(parts: CandlePollerParts) {
    this.#parts = parts
  }

  /** The whole set from now on, among equally old ones the most urgent first; with the time until which each is known already (ms). */
  want(coins: ReadonlyMap<InstrumentId, number | null>): void {
    const known = new Map(this.#coins)
    this.#coins.clear()
    for (const [id, until] of coins) {
      this.#coins.set(id, known.get(id) ?? { until, readAt: null, triedAt: Number.NEGATIVE_INFINITY })
    }
    if (this.#coins.size > 0 && this.#next === null) this.#schedule(0)
  }

  /** How far apart two readings of one instrument are at present, ms. A minute at least: there is nothing new before. */
  get everyMs(): number {
    return Math.max(MINUTE_MS, this.#coins.size * this.#paceMs)
  }

  /** When an instrument was last read, ms; `null` when it was not. */
  readAt(id: InstrumentId): number | null {
    return this.#coins.get(id)?.readAt ?? null
  }

  /** Until when all is known of an instrument, ms. */
  knownUntil(id: InstrumentId): number | null {
    return this.#coins.get(id)?.until ?? null
  }

  stop(): void {
    this.#stopped = true
    this.#next?.[Symbol.dispose]()
    this.#next = null
  }

  get #paceMs(): number {
    return Math.ceil((READING_WEIGHT * MINUTE_MS) / this.#parts.weightPerMinute)
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#coins.size === 0) {
      this.#next = null
      return
    }
    this.#next = this.#parts.clock.after(ms, () => void this.#turn().then((waitMs) => this.#schedule(waitMs)))
  }

  /** Reads one, when one is due and the budget has room. Returns how long to wait for the next. */
  async #turn(): Promise<number> {
    const { clock, weight, read, onRead, logger } = this.#parts
    const now = clock.now()
    const until = Math.floor((now - SETTLE_MS) / MINUTE_MS) * MINUTE_MS
    const due = this.#longestUnseen(until, now)
    // Twice: another request should not have to wait because of a reading.
    if (due === null || weight.available('normal') < 2 * READING_WEIGHT) return Math.min(this.#paceMs, SETTLE_MS)
    const [id, coin] = due
    coin.triedAt = now
    const from = coin.until === null ? until - MINUTE_MS : Math.floor(coin.until / MINUTE_MS) * MINUTE_MS
    try {
      const bars = await read(id, from, until)
      if (this.#stopped || this.#coins.get(id) !== coin) return this.#paceMs
      coin.until = until
      coin.readAt = clock.now()
      onRead(id, bars, until)
    } catch (error) {
      if (!this.#stopped) logger.warn('candles could not be polled; trying again', { instrument: id, error })
    }
    return this.#paceMs
  }

  /** Of those that have a minute to be read; one that failed waits a minute, so that it is in nobody's way. */
  #longestUnseen(until: number, now: number): readonly [InstrumentId, Polled] | null {
    let oldest: readonly [InstrumentId, Polled] | null = null
    for (const [id, coin] of this.#coins) {
      if ((coin.until !== null && coin.until >= until) || now - coin.triedAt < MINUTE_MS) continue
      if (oldest === null || (coin.readAt ?? -1) < (oldest[1].readAt ?? -1)) oldest = [id, coin]
    }
    return oldest
  }
}
