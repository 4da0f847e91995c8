import type { CoinMarket } from './coin-market.ts'
import { startOf } from './coin-market.ts'
import { Random, seedOf } from './random.ts'
import { roundToTick, tickSize } from './tick.ts'

/** A level of the book that belongs to the market, not to an account. */
export interface BookLevel {
  readonly price: number
  readonly lots: number
  /** Number of orders on it. */
  readonly orders: number
}

export interface MarketBook {
  /** Best first. */
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

export const BOOK_LEVELS = 20
/** How long what was taken from a level stays gone, ms. */
const REFILL_MS = 500

/**
 * The resting liquidity around the price: 20 levels a side, thick for large coins, thin for small ones, drawn anew twice a second. What
 * accounts take from a level is missing until then, so that a book is not an endless supply.
 */
export class OrderBook {
  readonly #market: CoinMarket
  readonly #seed: string
  #bucket = -1
  #taken = new Map<number, number>()

  constructor(market: CoinMarket, seed: string) {
    this.#market = market
    this.#seed = seed
  }

  /** @param liquidity how thick it is: 1 as the coin's profile says. */
  at(now: number, liquidity = 1): MarketBook {
    const { coin, szDecimals, spreadTicks } = this.#market.profile
    this.#roll(now)
    const price = this.#market.priceAt(now)
    const random = new Random(seedOf(this.#seed, coin, 'book', this.#bucket))
    const spread = spreadTicks * tickSize(price, szDecimals)
    // The last trade hit one side of the spread: a buyer took the ask.
    const [bid, ask] = this.#market.sideAt(now) === 'B' ? [price - spread, price] : [price, price + spread]
    return { bids: this.#side(bid, -1, random, liquidity), asks: this.#side(ask, 1, random, liquidity) }
  }

  /** Removes liquidity that was matched. */
  take(price: number, lots: number, now: number): void {
    this.#roll(now)
    this.#taken.set(price, (this.#taken.get(price) ?? 0) + lots)
  }

  #side(best: number, direction: 1 | -1, random: Random, liquidity: number): BookLevel[] {
    const { szDecimals, levelUsd } = this.#market.profile
    const levels: BookLevel[] = []
    let price = roundToTick(best, szDecimals)
    for (let index = 0; index < BOOK_LEVELS; index++) {
      const usd = liquidity * levelUsd * random.exponential() * (0.4 + 0.08 * index)
      const lots = Math.max(1, Math.round((usd / price) * 10 ** szDecimals)) - (this.#taken.get(price) ?? 0)
      if (lots > 0) levels.push({ price, lots, orders: 1 + random.int(12) })
      const step = (1 + Math.floor(random.exponential() * 1.5)) * tickSize(price, szDecimals)
      const next = roundToTick(price + direction * step, szDecimals)
      if (next === price || next <= tickSize(price, szDecimals)) break
      price = next
    }
    return levels
  }

  #roll(now: number): void {
    const bucket = startOf(now, REFILL_MS) / REFILL_MS
    if (bucket === this.#bucket) return
    this.#bucket = bucket
    this.#taken = new Map()
  }
}
