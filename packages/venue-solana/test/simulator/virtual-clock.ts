import type { Clock } from '@portolan/core'

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

/** Time that goes on only when it is told to, timer by timer. */
export class VirtualClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, every: null, run })
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }

  /** Runs every timer until then, in order, and lets promises settle after each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      if (next.every === null) this.#timers.delete(next)
      else next.at += next.every
      next.run()
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
    this.#now = end
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }
}
