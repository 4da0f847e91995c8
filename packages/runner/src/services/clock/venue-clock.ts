import type { Clock } from '@portolan/core'
import { repeatOn } from './repeat.ts'
import { sleepOn } from './sleep.ts'

/**
 * The runner's clock as one venue sees it. What an adapter's timer throws is reported instead of ending the process, and disposing cancels all
 * timers that the adapter left behind (a sleep that is cancelled so never settles).
 */
export class VenueClock implements Clock, Disposable {
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #timers = new Set<Disposable>()
  #disposed = false

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#onError = onError
  }

  now(): number {
    return this.#clock.now()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  after(ms: number, run: () => void): Disposable {
    const timers = this.#timers
    if (this.#disposed) return { [Symbol.dispose]() {} }
    const timer = this.#clock.after(ms, () => {
      timers.delete(timer)
      try {
        run()
      } catch (error) {
        this.#onError(error)
      }
    })
    timers.add(timer)
    return {
      [Symbol.dispose]() {
        timers.delete(timer)
        timer[Symbol.dispose]()
      },
    }
  }

  every(ms: number, run: () => void): Disposable {
    return repeatOn(this, ms, run)
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.#timers.clear()
  }
}
