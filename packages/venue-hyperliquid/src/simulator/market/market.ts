import type { ReferencePerp } from '../../reference/index.ts'
import type { CoinMarketState } from './coin-market.ts'
import { CoinMarket } from './coin-market.ts'
import { DAY_MS } from './coin-path.ts'
import { coinProfile } from './coin-profile.ts'
import type { MarketBook } from './order-book.ts'
import { OrderBook } from './order-book.ts'

/** 2023-01-01. Coins have no history before it, unless the clock stands near it or before. */
const FIRST_DAY_MS = 1_672_531_200_000

/** What of the whole market is not a function of the seed, for the state file. */
export interface MarketState {
  readonly coins: Readonly<Record<string, CoinMarketState>>
  readonly delisted: readonly string[]
}

/** A listed perp. Its id is its index and stays when it is delisted. */
export interface Listing extends ReferencePerp {
  readonly asset: number
  readonly delisted: boolean
}

/** All coins of one seeded market. */
export class Market {
  readonly seed: string
  readonly universe: readonly ReferencePerp[]
  /** No candle is older. */
  readonly firstTime: number
  readonly #coins = new Map<string, { market: CoinMarket; book: OrderBook }>()
  readonly #assets: ReadonlyMap<string, number>
  readonly #delisted: Set<string>

  constructor(seed: string, universe: readonly ReferencePerp[], startTime: number) {
    this.seed = seed
    this.universe = universe
    this.firstTime = Math.min(FIRST_DAY_MS, startTime - 700 * DAY_MS)
    this.#assets = new Map(universe.map((perp, asset) => [perp.name, asset]))
    this.#delisted = new Set(universe.filter((perp) => perp.isDelisted).map((perp) => perp.name))
  }

  /** Every listing in order of its id. */
  listings(): Listing[] {
    return this.universe.map((perp, asset) => ({ ...perp, asset, delisted: this.#delisted.has(perp.name) }))
  }

  /** By id or by exact name; `undefined` when the venue does not know it. */
  listing(key: number | string): Listing | undefined {
    const asset = typeof key === 'number' ? key : this.#assets.get(key)
    const perp = asset === undefined ? undefined : this.universe[asset]
    if (perp === undefined || asset === undefined) return undefined
    return { ...perp, asset, delisted: this.#delisted.has(perp.name) }
  }

  /** @throws when the coin is not listed. */
  coin(name: string): CoinMarket {
    return this.#get(name).market
  }

  book(name: string, now: number): MarketBook {
    if (this.#delisted.has(name)) return { bids: [], asks: [] }
    return this.#get(name).book.at(now)
  }

  /** Records that an account took resting liquidity of the market. */
  take(name: string, price: number, lots: number, now: number): void {
    this.#get(name).book.take(price, lots, now)
  }

  delist(name: string): void {
    this.#get(name)
    this.#delisted.add(name)
  }

  get state(): MarketState {
    const touched = [...this.#coins].filter(
      ([, { market }]) => market.state.prints.length > 0 || market.state.shocks.length > 0,
    )
    return {
      coins: Object.fromEntries(touched.map(([name, { market }]) => [name, market.state])),
      delisted: [...this.#delisted],
    }
  }

  restore(state: MarketState): void {
    for (const [name, coin] of Object.entries(state.coins)) this.#get(name).market.restore(coin)
    for (const name of state.delisted) this.#delisted.add(name)
  }

  #get(name: string): { market: CoinMarket; book: OrderBook } {
    const known = this.#coins.get(name)
    if (known !== undefined) return known
    const listing = this.listing(name)
    if (listing === undefined) throw new RangeError(`unknown coin ${name}`)
    const market = new CoinMarket(coinProfile(listing), this.seed)
    const made = { market, book: new OrderBook(market, this.seed) }
    this.#coins.set(name, made)
    return made
  }
}
