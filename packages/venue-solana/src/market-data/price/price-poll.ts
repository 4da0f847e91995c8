import type { Clock, Logger, RefusedCount } from '@portolan/core'
import type { ApiReader } from '../api/api-reader.ts'
import type { PriceReading } from './price-answer.ts'
import { PRICE_BATCH, priceEntries, readPrices } from './price-answer.ts'

export interface PricePollParts {
  readonly api: ApiReader
  readonly clock: Clock
  readonly logger: Logger
  readonly malformed: RefusedCount
  /** How often it would be read, were there no budget, ms. */
  readonly wishedMs: number
  /** The mints to read, asked before each round. */
  readonly mints: () => readonly string[]
  readonly decimals: (mint: string) => number | undefined
  /** A reading that came at a time, ms. */
  readonly onReading: (reading: PriceReading, at: number) => void
}

/** Share of the budget that polling may use: the rest is for quotes and swaps. */
const SHARE = 0.5

/** Reads the prices of many mints again and again, within the budget that it shares with the swaps. */
export class PricePoll {
  readonly #parts: PricePollParts
  readonly #stopped = new AbortController()
  #running = false
  #nap: AbortController | null = null

  constructor(parts: PricePollParts) {
    this.#parts = parts
  }

  /** How far apart two readings of a mint are at present, ms. */
  get everyMs(): number {
    const { api, mints, wishedMs } = this.#parts
    const { capacity, windowMs, reserve } = api.budget.spec
    const batches = Math.max(1, Math.ceil(mints().length / PRICE_BATCH))
    return Math.max(wishedMs, Math.ceil((batches * (windowMs ?? 0)) / Math.max(1, (capacity - reserve) * SHARE)))
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  /** There are mints that were never read: the next round begins now. */
  hurry(): void {
    this.#nap?.abort()
  }

  stop(): void {
    this.#stopped.abort(new Error('the venue was disposed'))
  }

  async #run(): Promise<void> {
    const { clock, mints } = this.#parts
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const all = [...mints()]
      for (let at = 0; at < all.length; at += PRICE_BATCH) await this.#read(all.slice(at, at + PRICE_BATCH))
      this.#nap = new AbortController()
      await clock.sleep(this.everyMs, AbortSignal.any([signal, this.#nap.signal])).catch(() => undefined)
      this.#nap = null
    }
  }

  /** A round that fails leaves everything as it was: whoever lives on it sees that nothing came. */
  async #read(mints: readonly string[]): Promise<void> {
    const { api, clock, logger, malformed, decimals, onReading } = this.#parts
    const { signal } = this.#stopped
    try {
      const entries = await api.get(`/price/v3?ids=${mints.join(',')}`, priceEntries, signal)
      const { readings, refused } = readPrices(entries, mints, decimals)
      for (const { mint, why } of refused) malformed.add('price', `${mint}: ${why}`)
      for (const reading of readings) onReading(reading, clock.now())
    } catch (error) {
      if (signal.aborted) return
      malformed.add('price', error instanceof Error ? error.message : String(error))
      logger.debug('prices could not be read', { error })
    }
  }
}
