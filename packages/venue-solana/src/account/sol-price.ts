import type { Clock, DecimalString } from '@portolan/core'
import { decimalFromNumber } from '@portolan/core'
import { z } from 'zod'
import type { JupiterCall, JupiterClient } from '../jupiter/jupiter-client.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'

const shape = z.record(z.string(), z.object({ usdPrice: z.number().positive() }).nullish())
/** A price this old is good enough to value a fee, ms. */
const FRESH_MS = 300_000

/** USD for a SOL, by Jupiter's price API; values network fees. */
export class SolPrice {
  readonly #jupiter: JupiterClient
  readonly #clock: Clock
  #last: { readonly usd: DecimalString; readonly at: number } | null = null

  constructor(jupiter: JupiterClient, clock: Clock) {
    this.#jupiter = jupiter
    this.#clock = clock
  }

  /** Never throws but when the caller gave up: a price that cannot be read is the last one known, or `null`. */
  async read(call: JupiterCall): Promise<DecimalString | null> {
    const now = this.#clock.now()
    if (this.#last !== null && now - this.#last.at < FRESH_MS) return this.#last.usd
    try {
      const prices = await this.#jupiter.get('/price/v3', { ids: WRAPPED_SOL }, shape, call)
      const price = prices[WRAPPED_SOL]?.usdPrice
      if (price !== undefined) this.#last = { usd: decimalFromNumber(price), at: now }
    } catch {
      call.signal.throwIfAborted()
    }
    return this.#last?.usd ?? null
  }
}
