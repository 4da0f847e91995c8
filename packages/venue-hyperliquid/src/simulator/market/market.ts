import type { ReferencePerp } from '../../reference/index.ts'
import { BUILDER_DEXES } from './builder-dexes.ts'
import type { CoinMarketState } from './coin-market.ts'
import { CoinMarket } from './coin-market.ts'
import { DAY_MS } from './coin-path.ts'
import { coinProfile, spotProfile } from './coin-profile.ts'
import type { Listing } from './listing.ts'
import { perpListing } from './listing.ts'
import type { MarketBook } from './order-book.ts'
import { OrderBook } from './order-book.ts'
import { SPOT_LISTINGS } from './spot-universe.ts'

/** 2023-01-01. Coins have no history before it, unless the clock stands near it or before. */
const FIRST_DAY_MS = 1_672_531_200_000

/** What of the whole market is not a function of the seed, for the state file. */
export interface MarketState {
  readonly coins: Readonly<Record<string, CoinMarketState>>
  readonly delisted: readonly string[]
  /** Liquidity by coin where it is not 1; `*` is every other coin's. */
  readonly liquidity?: Readonly<Record<string, number>>
}

/** All coins of one seeded market. */
export class Market {
  readonly seed: string
  /** No candle is older. */
  readonly firstTime: number
  readonly #coins = new Map<string, { market: CoinMarket; book: OrderBook }>()
  readonly #byName: ReadonlyMap<string, Listing>
  readonly #byAsset: ReadonlyMap<number, Listing>
  readonly #delisted: Set<string>
  readonly #liquidity = new Map<string, number>()

  /** @param universe of the venue's own exchange; the builders' dexes and the spot pairs are always the same. */
  constructor(seed: string, universe: readonly ReferencePerp[], startTime: number) {
    this.seed = seed
    this.firstTime = Math.min(FIRST_DAY_MS, startTime - 700 * DAY_MS)
    const own = universe.map((perp, asset) =>
      perpListing(perp, { asset, dex: '', collateral: 'USDC', delisted: false }),
    )
    const builders = BUILDER_DEXES.flatMap(({ name: dex, collateral, perps }, place) =>
      perps.map((perp, index) =>
        perpListing(perp, { asset: 110_000 + 10_000 * place + index, dex, collateral, delisted: false }),
      ),
    )
    const all = [...own, ...builders, ...SPOT_LISTINGS]
    this.#byName = new Map(all.map((listing) => [listing.name, listing]))
    this.#byAsset = new Map(all.map((listing) => [listing.asset, listing]))
    const perps = [...universe, ...BUILDER_DEXES.flatMap((dex) => dex.perps)]
    this.#delisted = new Set(perps.filter((perp) => perp.isDelisted).map((perp) => perp.name))
  }

  /** The perps of a dex in order of their ids. */
  listings(dex = ''): Listing[] {
    const perps = [...this.#byName.values()].filter((listing) => listing.kind === 'perp' && listing.dex === dex)
    return perps.map((listing) => this.#current(listing))
  }

  /** The spot pairs. */
  spotListings(): Listing[] {
    return SPOT_LISTINGS.map((listing) => this.#current(listing))
  }

  /** By id or by exact name; `undefined` when the venue does not know it. */
  listing(key: number | string): Listing | undefined {
    const listing = typeof key === 'number' ? this.#byAsset.get(key) : this.#byName.get(key)
    return listing === undefined ? undefined : this.#current(listing)
  }

  /** @throws when the coin is not listed. */
  coin(name: string): CoinMarket {
    return this.#get(name).market
  }

  book(name: string, now: number): MarketBook {
    if (this.listing(name)?.delisted) return { bids: [], asks: [] }
    return this.#get(name).book.at(now, this.#liquidity.get(name) ?? this.#liquidity.get('*') ?? 1)
  }

  /** Records that an account took resting liquidity of the market. */
  take(name: string, price: number, lots: number, now: number): void {
    this.#get(name).book.take(price, lots, now)
  }

  delist(name: string): void {
    this.#get(name)
    this.#delisted.add(name)
  }

  /** Makes the books thicker or thinner by a factor: of one coin, or (`*`) of all that have none of their own. */
  setLiquidity(coin: string, factor: number): void {
    this.#liquidity.set(coin, factor)
  }

  get state(): MarketState {
    const touched = [...this.#coins].filter(
      ([, { market }]) => market.state.prints.length > 0 || market.state.shocks.length > 0,
    )
    return {
      coins: Object.fromEntries(touched.map(([name, { market }]) => [name, market.state])),
      delisted: [...this.#delisted],
      liquidity: Object.fromEntries(this.#liquidity),
    }
  }

  restore(state: MarketState): void {
    for (const [name, coin] of Object.entries(state.coins)) this.#get(name).market.restore(coin)
    for (const name of state.delisted) this.#delisted.add(name)
    for (const [coin, factor] of Object.entries(state.liquidity ?? {})) this.#liquidity.set(coin, factor)
  }

  #current(listing: Listing): Listing {
    return !listing.delisted && this.#delisted.has(listing.name) ? { ...listing, delisted: true } : listing
  }

  #get(name: string): { market: CoinMarket; book: OrderBook } {
    const known = this.#coins.get(name)
    if (known !== undefined) return known
    const listing = this.listing(name)
    if (listing === undefined) throw new RangeError(`unknown coin ${name}`)
    const market = new CoinMarket(listing.kind === 'spot' ? spotProfile(listing) : coinProfile(listing), this.seed)
    const made = { market, book: new OrderBook(market, this.seed) }
    this.#coins.set(name, made)
    return made
  }
}
