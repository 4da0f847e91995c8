import type { Clock, SimulatedTime } from '@portolan/core'

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

/** Simulated time over the wall clock. Timers run when `runDue` is called, so that time moved by hand runs them too. */
export class ScaledClock implements Clock {
  #time: SimulatedTime
  readonly #wall: () => number
  readonly #timers = new Set<Timer>()

  constructor(time: SimulatedTime, wall: () => number = Date.now) {
    this.#time = time
    this.#wall = wall
  }

  get time(): SimulatedTime {
    return this.#time
  }

  now(): number {
    const { speed, anchorWallMs, anchorMs } = this.#time
    return Math.floor(anchorMs + (this.#wall() - anchorWallMs) * speed)
  }

  /** Moves time forward. Timers run with the next {@link runDue}. */
  advance(ms: number): void {
    this.#time = { ...this.#time, anchorMs: this.#time.anchorMs + ms }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const abort = () => {
        timer[Symbol.dispose]()
        reject(signal?.reason)
      }
      const timer = this.after(ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.now() + ms, every: null, run })
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add({ at: this.now() + ms, every: ms, run })
  }

  /** Runs what is due, in the order of time. */
  runDue(): void {
    const now = this.now()
    for (const timer of [...this.#timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
      if (timer.every === null) this.#timers.delete(timer)
      else timer.at = now + timer.every
      timer.run()
    }
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }
}
