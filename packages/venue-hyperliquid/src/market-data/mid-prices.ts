import type { DecimalString, InstrumentId } from '@portolan/core'
import { readPrice } from './market-number.ts'

interface Mid {
  price: DecimalString
  moves: number
}

/** Of whom a mid is of interest, and when a trade of it was last heard, ms. */
interface Follower {
  readonly id: InstrumentId
  readonly heardAt: number
}

/**
 * The middle of every order book, as channel `allMids` tells it every 5 s or so: it moves when the market does, whether or not trades arrive.
 * That tells a stream that went mute from an instrument that nobody trades.
 */
export class MidPrices {
  readonly #mids = new Map<InstrumentId, Mid>()
  #updatedAt = 0

  /** @param now ms. Returns what is wrong with it, or `null` when it was taken. Only instruments of interest are looked at. */
  update(data: unknown, followers: readonly Follower[], now: number): string | null {
    const mids = typeof data === 'object' && data !== null && 'mids' in data ? data.mids : undefined
    if (typeof mids !== 'object' || mids === null || Array.isArray(mids)) return 'field mids is not as expected'
    const found: [Follower, DecimalString][] = []
    for (const follower of followers) {
      const { id } = follower
      const text = Object.hasOwn(mids, id) ? (mids as Readonly<Record<string, unknown>>)[id] : undefined
      if (text === undefined) continue
      const price = readPrice(text)
      if (price === null) return `the mid of ${id} is not as expected`
      found.push([follower, price])
    }
    for (const [follower, price] of found) this.#set(follower, price)
    this.#updatedAt = now
    return null
  }

  /** The latest mid; `null` before the first. */
  price(id: InstrumentId): DecimalString | null {
    return this.#mids.get(id)?.price ?? null
  }

  /** In how many frames since the last trade it had moved; `null` where no mid is told. */
  movesSinceTrade(id: InstrumentId): number | null {
    return this.#mids.get(id)?.moves ?? null
  }

  #set({ id, heardAt }: Follower, price: DecimalString): void {
    const known = this.#mids.get(id)
    if (known === undefined) {
      this.#mids.set(id, { price, moves: 0 })
      return
    }
    if (heardAt >= this.#updatedAt) known.moves = 0
    else if (known.price !== price) known.moves += 1
    known.price = price
  }
}
