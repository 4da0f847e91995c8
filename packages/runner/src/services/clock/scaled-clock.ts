import type { Clock, SimulatedTime } from '@portolan/core'
import { repeatOn } from './repeat.ts'
import { sleepOn } from './sleep.ts'

/** The longest delay that a Node timer keeps, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Wall time, ms, by which a timer may be early against the wall clock before that counts as the clock having been set. */
const ROUNDING_MS = 50

/**
 * A clock that runs `speed` times as fast as the wall clock, from an anchor that a simulator shares.
 * Timers are measured by the monotonic clock, so that setting the wall clock neither loses nor delays them; they may be longer than 2^31 ms.
 */
export class ScaledClock implements Clock {
  readonly #time: SimulatedTime

  constructor(time: SimulatedTime) {
    if (!(time.speed > 0) || !Number.isFinite(time.speed)) {
      throw new RangeError(`The speed of a clock is a number above 0, got ${time.speed}`)
    }
    this.#time = time
  }

  now(): number {
    const { anchorMs, anchorWallMs, speed } = this.#time
    return Math.floor(anchorMs + (Date.now() - anchorWallMs) * speed)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  after(ms: number, run: () => void): Disposable {
    if (Number.isNaN(ms)) throw new RangeError('after() needs a number of ms, got NaN')
    const { speed } = this.#time
    const wait = Math.max(0, ms)
    const due = this.now() + wait
    const end = performance.now() + wait / speed
    let timer = arm(wait / speed)

    const check = (): void => {
      const left = end - performance.now()
      const early = (due - this.now()) / speed
      if (left > 0) timer = arm(left)
      else if (early > 0 && early <= ROUNDING_MS) timer = arm(early)
      else run()
    }
    function arm(wallMs: number): NodeJS.Timeout {
      return setTimeout(() => check(), Math.min(Math.ceil(wallMs), LONGEST_TIMER_MS))
    }
    return {
      [Symbol.dispose]() {
        clearTimeout(timer)
      },
    }
  }

  every(ms: number, run: () => void): Disposable {
    return repeatOn(this, ms, run)
  }
}
