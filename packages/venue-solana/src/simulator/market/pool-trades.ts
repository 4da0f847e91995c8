import type { Chain } from '../chain/chain.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import { seedOf, uniform } from './noise.ts'
import type { Pool } from './pool.ts'

const MINUTE_MS = 60_000
const MOST_TRADES = 4

/** A trade in a pool, by a user or by those who make the market. */
export interface PoolTrade {
  /** ms. */
  readonly ms: number
  /** USD per whole token. */
  readonly price: number
  readonly usd: number
  /** Of the token. */
  readonly side: 'buy' | 'sell'
  /** Of a user's swap; the market's own trades are no transactions. */
  readonly transaction: LandedTransaction | null
}

/** What was traded in a pool. The market's own trades are drawn for each minute from the seed, at the prices of the pool's path. */
export class PoolTrades {
  readonly #pool: Pool
  readonly #chain: Chain
  readonly #seed: number
  /** Users' swaps, of as many transactions of the pool as were read. */
  readonly #byMinute = new Map<number, readonly PoolTrade[]>()
  #read = 0

  constructor(pool: Pool, chain: Chain) {
    this.#pool = pool
    this.#chain = chain
    this.#seed = seedOf(chain.seed, pool.token.symbol, 'trades')
  }

  /** Trades of a minute (counted from the epoch), oldest first; those after `now` have not happened. */
  inMinute(minute: number, now: number): PoolTrade[] {
    const trades = [...this.#market(minute), ...this.#users(minute)]
    return trades.filter(({ ms }) => ms <= now).sort((a, b) => a.ms - b.ms)
  }

  *#market(minute: number): Generator<PoolTrade> {
    const { token } = this.#pool
    const draw = (index: number) => uniform(this.#seed ^ index, minute)
    if (draw(1) >= token.activity) return
    const count = 1 + Math.floor(draw(2) * MOST_TRADES)
    for (let trade = 0; trade < count; trade++) {
      const ms = Math.floor(minute * MINUTE_MS + ((trade + draw(10 + trade)) / count) * MINUTE_MS)
      yield {
        ms,
        price: this.#pool.fairPrice(ms),
        usd: (token.minuteVolumeUsd * 2 * draw(20 + trade)) / count,
        side: draw(30 + trade) < 0.5 ? 'buy' : 'sell',
        transaction: null,
      }
    }
  }

  #users(minute: number): readonly PoolTrade[] {
    const landed = this.#chain.transactions.of(this.#pool.address)
    for (; this.#read < landed.length; this.#read++) {
      const transaction = landed[this.#read]
      const trade = transaction === undefined ? undefined : this.#tradeOf(transaction)
      if (trade === undefined) continue
      const at = Math.floor(trade.ms / MINUTE_MS)
      this.#byMinute.set(at, [...(this.#byMinute.get(at) ?? []), trade])
    }
    return this.#byMinute.get(minute) ?? []
  }

  #tradeOf(transaction: LandedTransaction): PoolTrade | undefined {
    const base = this.#change(transaction, this.#pool.baseVault)
    const usd = this.#change(transaction, this.#pool.quoteVault)
    if (transaction.err !== null || base === 0 || usd === 0) return undefined
    return {
      ms: this.#chain.slots.timeOf(transaction.slot),
      price: Math.abs(usd / base),
      usd: Math.abs(usd),
      side: base < 0 ? 'buy' : 'sell',
      transaction,
    }
  }

  #change({ keys, preTokenBalances, postTokenBalances }: LandedTransaction, vault: string): number {
    const index = keys.indexOf(vault)
    const of = (balances: LandedTransaction['preTokenBalances']) =>
      balances.find(({ accountIndex }) => accountIndex === index)?.uiTokenAmount.uiAmount ?? 0
    return of(postTokenBalances) - of(preTokenBalances)
  }
}
