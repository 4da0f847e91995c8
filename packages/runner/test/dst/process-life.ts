/** Never settles: what a dead process waits for. */
const NEVER = new Promise<never>(() => undefined)

/** Whether a simulated process is alive. Whatever reaches out of a dead one has no effect and no answer. */
export class ProcessLife {
  #alive = true
  readonly #atDeath: (() => void)[] = []
  readonly #claims: (() => void)[] = []

  get alive(): boolean {
    return this.#alive
  }

  /** kill -9. */
  end(): void {
    if (!this.#alive) return
    this.#alive = false
    this.loseClaims()
    for (const run of this.#atDeath.splice(0)) run()
  }

  /** What it claimed may be another's from now on. It is not told. */
  loseClaims(): void {
    for (const release of this.#claims.splice(0)) release()
  }

  onClaim(release: () => void): void {
    this.#claims.push(release)
  }

  onEnd(run: () => void): void {
    this.#atDeath.push(run)
  }

  /** Goes on only in a process that lives. */
  proceed(): Promise<void> {
    return this.#alive ? Promise.resolve() : NEVER
  }
}
