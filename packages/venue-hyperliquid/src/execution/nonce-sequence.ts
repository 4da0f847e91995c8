// Per process, not per adapter: the venue keeps used nonces per signer, whichever account or config entry the signer acts for.
const lastUsed = new Map<string, number>()

/**
 * The next nonce of a signer: the time, or one more than the last when the clock has not moved on or was set back.
 * Source: the venue's page on nonces. Processes that sign at the same time need an agent key each.
 * @param venue where it is used, so that separate simulators, each with a time of its own, do not disturb each other.
 * @param now ms.
 */
export function nextNonce(venue: string, signer: string, now: number): number {
  const key = `${venue} ${signer}`
  const nonce = Math.max(Math.floor(now), (lastUsed.get(key) ?? 0) + 1)
  lastUsed.set(key, nonce)
  return nonce
}
