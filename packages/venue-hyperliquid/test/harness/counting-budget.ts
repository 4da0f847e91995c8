import type { Clock, RateBudget, RateBudgetSpec } from '@portolan/core'

/** A budget that keeps its window and its reserve as the runner's does, and counts what was taken. Whoever waits looks again once a second. */
export class CountingBudget implements RateBudget {
  readonly spec: RateBudgetSpec
  readonly #clock: Clock
  #takes: { readonly at: number; units: number }[] = []
  /** Since the start. */
  taken = 0
  /** In use at present, of a budget without a window. */
  held = 0
  /** The most that was ever taken within one window. */
  most = 0
  pausedUntil = 0

  constructor(spec: RateBudgetSpec, clock: Clock) {
    this.spec = spec
    this.#clock = clock
  }

  available(priority: 'exit' | 'normal'): number {
    if (this.#clock.now() < this.pausedUntil) return 0
    return Math.max(0, this.spec.capacity - this.#used() - (priority === 'exit' ? 0 : this.spec.reserve))
  }

  tryTake(units: number, priority: 'exit' | 'normal'): boolean {
    if (this.available(priority) < units) return false
    this.taken += units
    this.held += units
    const at = this.#clock.now()
    const last = this.#takes.at(-1)
    if (last?.at === at) last.units += units
    else this.#takes.push({ at, units })
    this.most = Math.max(this.most, this.#used())
    return true
  }

  async take(units: number, priority: 'exit' | 'normal', signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.tryTake(units, priority)) {
      await this.#clock.sleep(Math.max(1000, this.pausedUntil - this.#clock.now()), signal)
    }
  }

  release(units: number): void {
    if (this.spec.windowMs === null) this.held = Math.max(0, this.held - units)
  }

  pauseUntil(at: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, at)
  }

  #used(): number {
    const { windowMs } = this.spec
    if (windowMs === null) return this.held
    const since = this.#clock.now() - windowMs
    this.#takes = this.#takes.filter(({ at }) => at > since)
    return this.#takes.reduce((sum, { units }) => sum + units, 0)
  }
}
