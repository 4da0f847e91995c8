const KEPT = 10_000

/** Signatures of our own orders that this process has seen, the newest 10,000. */
export class KnownOrders {
  readonly #signatures = new Set<string>()

  add(signature: string): void {
    // Put back at the end: the oldest are dropped first.
    this.#signatures.delete(signature)
    this.#signatures.add(signature)
    const [oldest] = this.#signatures
    if (this.#signatures.size > KEPT && oldest !== undefined) this.#signatures.delete(oldest)
  }

  has(signature: string): boolean {
    return this.#signatures.has(signature)
  }
}
