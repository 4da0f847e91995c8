import type { Clock, RateBudget, RateBudgetSpec } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { SlidingWindow } from './sliding-window.ts'

type Priority = 'exit' | 'normal'

interface Waiter {
  readonly units: number
  readonly grant: () => void
  readonly refuse: (error: VenueError) => void
}

/**
 * A {@link RateBudget} over the runner's clock. Turns are kept: exits in their order, then the rest in theirs; nobody overtakes one who waits with the same
 * or a higher priority, not even with fewer units, so that a large request is never starved.
 */
export class SlidingWindowBudget implements RateBudget {
  readonly spec: RateBudgetSpec
  readonly #clock: Clock
  readonly #window: SlidingWindow
  readonly #waiting: Record<Priority, Waiter[]> = { exit: [], normal: [] }
  #pausedUntil = Number.NEGATIVE_INFINITY
  #wakeUp: Disposable | null = null

  /** @throws {VenueError} `misconfigured` for a budget that makes no sense. */
  constructor(spec: RateBudgetSpec, clock: Clock) {
    const window = spec.windowMs
    if (
      !(spec.capacity > 0) ||
      !(spec.reserve >= 0 && spec.reserve <= spec.capacity) ||
      (window !== null && !(window > 0))
    ) {
      throw new VenueError(
        'misconfigured',
        `Rate budget "${spec.name}" needs capacity > 0, 0 <= reserve <= capacity and windowMs > 0 or null, got ${JSON.stringify(spec)}`,
      )
    }
    this.spec = Object.freeze({ ...spec })
    this.#clock = clock
    this.#window = new SlidingWindow(spec.capacity, window)
  }

  available(priority: Priority): number {
    const now = this.#clock.now()
    return now < this.#pausedUntil ? 0 : Math.max(0, this.#window.free(now) - this.#kept(priority))
  }

  tryTake(units: number, priority: Priority): boolean {
    checkUnits(units)
    const { exit, normal } = this.#waiting
    if (exit.length > 0 || (priority === 'normal' && normal.length > 0)) return false
    return this.#takeNow(units, priority)
  }

  take(units: number, priority: Priority, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      checkUnits(units)
      signal.throwIfAborted()
      const queue = this.#waiting[priority]
      const leave = (): void => {
        signal.removeEventListener('abort', abort)
      }
      const waiter: Waiter = {
        units,
        grant() {
          leave()
          resolve()
        },
        refuse(error) {
          leave()
          reject(error)
        },
      }
      const abort = (): void => {
        const index = queue.indexOf(waiter)
        if (index !== -1) queue.splice(index, 1)
        reject(signal.reason)
        this.#serve()
      }
      queue.push(waiter)
      signal.addEventListener('abort', abort, { once: true })
      this.#serve()
    })
  }

  release(units: number): void {
    checkUnits(units)
    this.#window.release(units)
    this.#serve()
  }

  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at)
    this.#serve()
  }

  /** Grants whatever can be granted and sets the alarm for the next one. */
  #serve(): void {
    this.#wakeUp?.[Symbol.dispose]()
    this.#wakeUp = null
    for (;;) {
      const priority: Priority = this.#waiting.exit.length > 0 ? 'exit' : 'normal'
      const queue = this.#waiting[priority]
      const [next] = queue
      if (next === undefined) return
      if (this.#isHopeless(next.units, priority)) {
        queue.shift()
        next.refuse(this.#never(next.units, priority))
      } else if (this.#takeNow(next.units, priority)) {
        queue.shift()
        next.grant()
      } else {
        this.#wakeUp = this.#clock.after(this.#waitMs(next.units, priority), () => this.#serve())
        return
      }
    }
  }

  #takeNow(units: number, priority: Priority): boolean {
    const now = this.#clock.now()
    if (now < this.#pausedUntil || this.#window.free(now) - this.#kept(priority) < units) return false
    this.#window.take(units, now)
    return true
  }

  #waitMs(units: number, priority: Priority): number {
    const now = this.#clock.now()
    const at = Math.max(this.#pausedUntil, this.#window.freeAt(units + this.#kept(priority), now))
    return Math.max(1, at - now)
  }

  /** Units that this priority may not touch. */
  #kept(priority: Priority): number {
    return priority === 'exit' ? 0 : this.spec.reserve
  }

  #isHopeless(units: number, priority: Priority): boolean {
    const most = this.spec.windowMs === null ? this.#window.free(this.#clock.now()) : this.spec.capacity
    return units > most - this.#kept(priority)
  }

  #never(units: number, priority: Priority): VenueError {
    const { name, capacity, reserve, windowMs } = this.spec
    const left = windowMs === null ? `, of which ${this.#window.free(this.#clock.now())} are left for good` : ''
    return new VenueError(
      'rate-limited',
      `${units} units of rate budget "${name}" can never be had with priority ${priority}: it holds ${capacity}${left}, ${reserve} of them reserved for exits`,
    )
  }
}

function checkUnits(units: number): void {
  if (!(units >= 0) || !Number.isFinite(units))
    throw new RangeError(`A number of units from 0 on is expected, got ${units}`)
}
