import type { Trade } from '@portolan/core'

/** The venue replays about 30 trades after a subscribe; some more are remembered for a burst that arrives twice. */
const REMEMBERED = 128

/**
 * The latest trades of one instrument, by which a second delivery is known. Nearly every trade is later than all before it, or of the same moment as the
 * latest: those need no search, or a short one.
 */
export class RecentTrades {
  // Not the trades themselves: they would outlive their use by minutes, and collecting them takes more time than reading them.
  readonly #ids: string[] = []
  readonly #times = new Float64Array(REMEMBERED)
  /** Where the next one goes. */
  #end = 0
  #latest = Number.NEGATIVE_INFINITY
  /** So many are still there among which one came out of order. */
  #unordered = 0

  /** Time of the latest, ms. */
  get latest(): number {
    return this.#latest
  }

  /** Returns those that were not there: the very list, when that is all of them. */
  addAll(trades: readonly Trade[]): readonly Trade[] {
    let fresh: Trade[] | null = null
    for (let i = 0; i < trades.length; i += 1) {
      const trade = trades[i]
      if (trade === undefined) continue
      if (this.#add(trade)) fresh?.push(trade)
      else fresh ??= trades.slice(0, i)
    }
    return fresh ?? trades
  }

  #add(trade: Trade): boolean {
    const { ts } = trade
    if (ts <= this.#latest) {
      if (this.#has(trade)) return false
      if (ts < this.#latest) this.#unordered = REMEMBERED + 1
    } else this.#latest = ts
    if (this.#unordered > 0) this.#unordered -= 1
    this.#ids[this.#end] = trade.id
    this.#times[this.#end] = ts
    this.#end = (this.#end + 1) % REMEMBERED
    return true
  }

  /** From the latest back, and no further than to the first that is older where they are in order. */
  #has({ ts, id }: Trade): boolean {
    const count = this.#ids.length
    for (let back = 1; back <= count; back += 1) {
      const place = (this.#end - back + REMEMBERED) % REMEMBERED
      const known = this.#times[place] ?? ts
      if (known < ts && this.#unordered === 0) return false
      if (known === ts && this.#ids[place] === id) return true
    }
    return false
  }
}
