import { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { Market } from '../market/market.ts'
import { Random, seedOf } from '../market/random.ts'
import { AccountBook } from './account-book.ts'
import type { SpotPairTokens } from './collateral.ts'
import type { EngineEvent } from './events.ts'
import type { MarginSource } from './margin.ts'
import type { Order } from './order.ts'

/** What every part of the engine works on: the market, the accounts, the time reached, the running numbers, the listeners. */
export class EngineCore implements MarginSource {
  readonly market: Market
  readonly accounts = new AccountBook()
  /** Everything up to here has happened. Never goes back. */
  now: number
  /** Ids given so far; part of what is saved. */
  readonly counters: { oid: number; tid: number; twap: number }
  readonly #listeners = new Set<(event: EngineEvent) => void>()

  constructor(market: Market, now: number) {
    this.market = market
    this.now = now
    // Large, as the venue's are: clients that cut ids to 32 bits should notice.
    this.counters = { oid: 500_000_000_000, tid: 0, twap: 1_000_000 }
  }

  emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  onEvent(listener: (event: EngineEvent) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  nextOid(): number {
    this.counters.oid += 1
    return this.counters.oid
  }

  nextTwap(): number {
    this.counters.twap += 1
    return this.counters.twap
  }

  /** A 50-bit trade id and the hash of the transaction that made it. */
  nextTrade(): { readonly tid: number; readonly hash: string; readonly stranger: string } {
    this.counters.tid += 1
    const random = new Random(seedOf(this.market.seed, 'fill', this.counters.tid, this.now))
    const tid = random.int(0x40000) * 0x1_0000_0000 + random.uint32()
    return { tid, hash: `0x${random.hex(64)}`, stranger: `0x${random.hex(40)}` }
  }

  markPx(coin: string): Decimal {
    return new Decimal(this.market.coin(coin).priceAt(this.now))
  }

  /** @throws when the venue does not know the coin. */
  listing(coin: string): Listing {
    const listing = this.market.listing(coin)
    if (listing === undefined) throw new RangeError(`unknown coin ${coin}`)
    return listing
  }

  /** The tokens of a spot pair; `null` for a perp. */
  spotPair(coin: string): SpotPairTokens | null {
    const { base, quote } = this.listing(coin)
    return base === null ? null : { base, quote }
  }

  /** A transaction's hash. */
  nextHash(): string {
    return this.nextTrade().hash
  }

  /** Orders that rest in the book of a coin, of all accounts. */
  resting(coin: string): Order[] {
    return [...this.accounts.all()].flatMap((account) =>
      [...account.openOrders.values()].filter((order) => order.coin === coin && order.stage === 'book'),
    )
  }
}
