import { DAY_MS } from '../market/coin-path.ts'

/** How many of a signer's highest nonces are remembered. */
const KEPT = 100

/**
 * Nonces per signer, whatever accounts it signs for. A new one must be unused, above the smallest of the 100 highest, and within two days
 * before to one day after the time. Source: the venue's page on nonces.
 */
export class Nonces {
  /** Ascending. */
  readonly #used = new Map<string, number[]>()

  /** Spends a nonce. Returns the refusal, or `undefined` when it was good. */
  spend(signer: string, nonce: number, times: readonly number[]): string | undefined {
    // A client without access to simulated time takes its nonce from the wall clock: either clock will do.
    const inWindow = times.some((now) => nonce > now - 2 * DAY_MS && nonce < now + DAY_MS)
    if (!inWindow) return `Invalid nonce: ${nonce} is outside of the allowed time window`
    const used = this.#used.get(signer) ?? []
    if (used.includes(nonce)) return `Invalid nonce: duplicate nonce ${nonce}`
    const [smallest = Number.NEGATIVE_INFINITY] = used
    if (used.length >= KEPT && nonce < smallest) return `Invalid nonce: nonce ${nonce} is too low`
    used.push(nonce)
    used.sort((a, b) => a - b)
    if (used.length > KEPT) used.shift()
    this.#used.set(signer, used)
    return undefined
  }

  get state(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(this.#used)
  }

  restore(state: Readonly<Record<string, readonly number[]>>): void {
    for (const [signer, nonces] of Object.entries(state)) this.#used.set(signer, [...nonces])
  }
}
