import type { Account } from '../engine/account.ts'

/** While exhausted, one action in this time. */
const TRICKLE_MS = 10_000
/** Source: the venue's page on rate limits. */
const STALE_COST = 5

/**
 * Lifetime actions of an account: a buffer and one more per USD traded; then one every 10 s. A refused request costs nothing.
 * Source: the venue's page on rate limits.
 */
export class AddressBudget {
  readonly #buffer: number
  readonly #lastTrickle = new Map<Account, number>()

  constructor(buffer: number) {
    this.#buffer = buffer
  }

  capOf(account: Account): number {
    return this.#buffer + account.reservedRequests + account.volume.floor().toNumber()
  }

  /** A request that came after its own expiry costs several times what it would have. */
  penalise(account: Account, units: number): void {
    account.requests += STALE_COST * units
  }

  /** Counts `units`; cancels may go far above the cap. Returns the refusal, or `undefined` when it was granted. */
  spend(account: Account, units: number, isCancel: boolean, now: number): string | undefined {
    const cap = this.capOf(account)
    const limit = isCancel ? Math.min(cap + 100_000, 2 * cap) : cap
    if (units > 0 && account.requests + units > limit) {
      const last = this.#lastTrickle.get(account) ?? Number.NEGATIVE_INFINITY
      if (now - last < TRICKLE_MS) {
        return `Too many cumulative requests sent (${account.requests + units} > ${cap}) for cumulative volume traded $${account.volume.toDecimalPlaces(2).toFixed()}. Place taker orders to free up 1 request per USDC traded.`
      }
      this.#lastTrickle.set(account, now)
    }
    account.requests += units
    return undefined
  }
}
