import type { Clock } from '@portolan/core'

interface Timer {
  at: number
  readonly everyMs: number | null
  readonly run: () => void
}

/** A clock that moves when a test says so. */
export class ManualClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now = Date.UTC(2026, 0, 15)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, everyMs: null, run })
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.#now + ms, everyMs: ms, run })
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const timer = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      const onAbort = () => {
        timer[Symbol.dispose]()
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Lets time pass: whatever falls due runs in its order, at its time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      if (next.everyMs === null) this.#timers.delete(next)
      else next.at += next.everyMs
      next.run()
    }
    this.#now = end
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }
}
