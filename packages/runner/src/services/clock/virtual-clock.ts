import { setImmediate as nextTurn } from 'node:timers'
import type { Clock } from '@portolan/core'
import { repeatOn } from './repeat.ts'
import { sleepOn } from './sleep.ts'

interface Timer {
  readonly due: number
  readonly run: () => void
}

/**
 * A clock that stands still until it is advanced: the time of backtests and tests. Timers run in the order in which they fall due (equal ones in the order
 * in which they were set), each at its own time and only after everything that the one before set going has come to rest, so that two runs are alike.
 */
export class VirtualClock implements Clock {
  #now: number
  #advancing = false
  /** By due time, then by age. */
  readonly #timers: Timer[] = []

  /** @param startMs ms since the epoch. */
  constructor(startMs = 0) {
    this.#now = startMs
  }

  /** When the next timer falls due, ms; `null` when none is set. */
  get nextTimerAt(): number | null {
    return this.#timers[0]?.due ?? null
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  after(ms: number, run: () => void): Disposable {
    if (Number.isNaN(ms)) throw new RangeError('after() needs a number of ms, got NaN')
    const timers = this.#timers
    const timer: Timer = { due: this.#now + Math.max(0, ms), run }
    const later = timers.findIndex((other) => other.due > timer.due)
    timers.splice(later === -1 ? timers.length : later, 0, timer)
    return {
      [Symbol.dispose]() {
        const index = timers.indexOf(timer)
        if (index !== -1) timers.splice(index, 1)
      },
    }
  }

  every(ms: number, run: () => void): Disposable {
    return repeatOn(this, ms, run)
  }

  /**
   * Moves to a time (ms), running what falls due up to and including it. Resolves when promises that wait for nothing but this clock have come to rest.
   * Rejects with what a timer throws; the clock then stands at that timer. @throws {RangeError} for a time in the past.
   */
  async advanceTo(ms: number): Promise<void> {
    if (!(ms >= this.#now)) throw new RangeError(`The clock is at ${this.#now} and cannot go to ${ms}`)
    if (this.#advancing) throw new Error('The clock is being advanced already: wait for that first')
    this.#advancing = true
    try {
      await settle()
      for (let timer = this.#timers[0]; timer !== undefined && timer.due <= ms; timer = this.#timers[0]) {
        this.#timers.shift()
        this.#now = Math.max(this.#now, timer.due)
        timer.run()
        await settle()
      }
      this.#now = ms
    } finally {
      this.#advancing = false
    }
  }

  /** {@link VirtualClock.advanceTo} by a distance, ms. */
  advanceBy(ms: number): Promise<void> {
    return this.advanceTo(this.#now + ms)
  }
}

/** One turn of the event loop: every chain of promises that needs no I/O has run to its end by then. */
function settle(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}
