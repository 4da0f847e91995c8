import type { Clock } from '@portolan/core'
import { Random, seedOf } from '../market/random.ts'

/** Delivers things after a while of the injected clock, or at once, and can be down. */
export class MemoryNetwork {
  readonly clock: Clock
  readonly #random: Random
  readonly #range: readonly [min: number, max: number]
  #downUntil = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, seed: string, latencyMs: number | readonly [min: number, max: number]) {
    this.clock = clock
    this.#random = new Random(seedOf(seed, 'latency'))
    this.#range = typeof latencyMs === 'number' ? [latencyMs, latencyMs] : latencyMs
  }

  get isDown(): boolean {
    return this.clock.now() < this.#downUntil
  }

  /** Refuses connections for so many ms. */
  refuse(ms: number): void {
    this.#downUntil = Math.max(this.#downUntil, this.clock.now() + ms)
  }

  /** A way on which nothing overtakes: what is sent arrives in its order. */
  way(): (deliver: () => void) => void {
    let arrival = Number.NEGATIVE_INFINITY
    return (deliver) => {
      const now = this.clock.now()
      const ms = this.latency()
      if (ms === 0 && arrival <= now) {
        queueMicrotask(deliver)
        return
      }
      arrival = Math.max(arrival, now + ms)
      this.clock.after(arrival - now, deliver)
    }
  }

  /** ms of one passage. */
  latency(): number {
    const [min, max] = this.#range
    return max === min ? min : Math.round(min + this.#random.next() * (max - min))
  }
}
