import type { Trade } from '@portolan/core'

/** The venue replays about 30 trades after a subscribe; some more are remembered for a burst that arrives twice. */
const REMEMBERED = 256

/**
 * The latest trades of one instrument, by which a second delivery is known. A trade that is later than all of them is new, which needs no search; nearly all
 * are.
 */
export class RecentTrades {
  readonly #trades: Trade[] = []
  /** Where the next one goes. */
  #end = 0
  #latest = Number.NEGATIVE_INFINITY

  /** Returns whether it was not there. */
  add(trade: Trade): boolean {
    if (trade.ts > this.#latest) this.#latest = trade.ts
    else if (this.#has(trade)) return false
    this.#trades[this.#end] = trade
    this.#end = (this.#end + 1) % REMEMBERED
    return true
  }

  #has({ ts, id }: Trade): boolean {
    return this.#trades.some((known) => known.ts === ts && known.id === id)
  }
}
