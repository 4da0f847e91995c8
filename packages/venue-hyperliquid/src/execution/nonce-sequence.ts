const MINUTE_MS = 60_000
/** How far the sequence skips ahead when the venue refuses a nonce, by how often it did. All stay within the day ahead that the venue accepts. */
const SKIPS_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS]
const FURTHEST_MS = 20 * 60 * MINUTE_MS

/**
 * The nonces of one signer: the time, or one more than the last when the clock has not moved on or was set back. The venue refuses a nonce that was used
 * or that lies below the 100 highest, and what is more than two days before or one day after its time. Source: its page on nonces.
 *
 * A process that starts anew does not know the last one. It begins no lower than the venue's own time, which never steps back and was at every former
 * order, and than the nonces of the orders that the ledger hands back. What is left is a former process whose clock was ahead of the venue: its
 * nonces are refused, without effect, and the sequence skips over them.
 */
export class NonceSequence {
  #last = 0
  #refusals = 0

  /** @param now ms. */
  next(now: number): number {
    this.#last = Math.max(Math.floor(now), this.#last + 1)
    return this.#last
  }

  /** A nonce was used, by this process or another. One that no venue would have accepted by `now` is not believed. */
  used(nonce: number, now: number): void {
    if (nonce <= now + FURTHEST_MS) this.#last = Math.max(this.#last, nonce)
  }

  /** The venue refused a nonce that was new here. */
  refused(now: number): void {
    const skip = SKIPS_MS[Math.min(this.#refusals, SKIPS_MS.length - 1)] ?? MINUTE_MS
    this.#refusals += 1
    this.#last = Math.max(this.#last, Math.min(this.#last + skip, Math.floor(now) + FURTHEST_MS))
  }
}

// Per process, not per adapter: the venue keeps used nonces per signer, whichever account or config entry the signer acts for.
const sequences = new Map<string, NonceSequence>()

/**
 * The sequence of a signer. Processes that sign at the same time need an agent key each.
 * @param venue where it is used, so that separate simulators, each with a time of its own, do not disturb each other.
 */
export function nonceSequence(venue: string, signer: string): NonceSequence {
  const key = `${venue} ${signer}`
  const sequence = sequences.get(key) ?? new NonceSequence()
  sequences.set(key, sequence)
  return sequence
}

/** Whoever simulates processes: one that starts anew remembers none. */
export function forgetNonces(): void {
  sequences.clear()
}
