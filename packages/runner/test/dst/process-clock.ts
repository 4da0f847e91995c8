import type { Clock } from '@portolan/core'
import type { ProcessLife } from './process-life.ts'

/** The clock of one process: that of the world, as wrong as its machine's is, and without timers once it is dead. */
export class ProcessClock implements Clock {
  readonly #world: Clock
  readonly #life: ProcessLife
  #offsetMs = 0

  /** @param offsetMs by how much its machine's clock is wrong */
  constructor(world: Clock, life: ProcessLife, offsetMs: number) {
    this.#world = world
    this.#life = life
    this.#offsetMs = offsetMs
  }

  /** Somebody sets the machine's clock. Timers keep their distance. */
  jump(ms: number): void {
    this.#offsetMs += ms
  }

  /** Somebody sets it right. */
  correct(): void {
    this.#offsetMs = 0
  }

  now(): number {
    return this.#world.now() + this.#offsetMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#world.sleep(ms, signal)
    await this.#life.proceed()
  }

  after(ms: number, run: () => void): Disposable {
    return this.#world.after(ms, () => {
      if (this.#life.alive) run()
    })
  }

  every(ms: number, run: () => void): Disposable {
    const repeating = this.#world.every(ms, () => {
      if (this.#life.alive) run()
      else repeating[Symbol.dispose]()
    })
    return repeating
  }
}
