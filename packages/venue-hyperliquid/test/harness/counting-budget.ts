import type { Clock, RateBudget, RateBudgetSpec } from '@portolan/core'

/** A budget without a window that counts what was taken: enough to see what the adapter draws. Exits may go below the reserve. */
export class CountingBudget implements RateBudget {
  readonly spec: RateBudgetSpec
  readonly #clock: Clock
  taken = 0
  pausedUntil = 0

  constructor(spec: RateBudgetSpec, clock: Clock) {
    this.spec = spec
    this.#clock = clock
  }

  available(priority: 'exit' | 'normal'): number {
    if (this.#clock.now() < this.pausedUntil) return 0
    return Math.max(0, this.spec.capacity - this.taken - (priority === 'exit' ? 0 : this.spec.reserve))
  }

  tryTake(units: number, priority: 'exit' | 'normal'): boolean {
    if (this.available(priority) < units) return false
    this.taken += units
    return true
  }

  async take(units: number, priority: 'exit' | 'normal', signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.tryTake(units, priority)) {
      await this.#clock.sleep(Math.max(1000, this.pausedUntil - this.#clock.now()), signal)
    }
  }

  pauseUntil(at: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, at)
  }
}
