/** Whether a series can be asked about: while nothing of it is recorded, nobody can tell what happened. */
export class Outage {
  #lasting: PromiseWithResolvers<void> | null = null

  begin(): void {
    this.#lasting ??= Promise.withResolvers<void>()
  }

  end(): void {
    this.#lasting?.resolve()
    this.#lasting = null
  }

  /** Resolves when there is none. Rejects when nobody waits any more. */
  async over(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const lasting = this.#lasting
    if (lasting === null) return
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => aborted.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([lasting.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}
