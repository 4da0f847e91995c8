/** Simulated time: `now = anchorMs + (wall clock - anchorWallMs) * speed`. */
export interface SimulatorTime {
  /** 0 stands still: time moves by `advance` alone. */
  readonly speed: number
  /** ms of the wall clock at which simulated time was `anchorMs`. */
  readonly anchorWallMs: number
  /** ms. */
  readonly anchorMs: number
}

/** A clock that runs at a multiple of the wall clock and can be moved. It never goes back: moved back, it stands still for a while. */
export class SimulatorClock {
  #time: SimulatorTime
  readonly #wall: () => number
  #latest = Number.NEGATIVE_INFINITY

  constructor(time: SimulatorTime, wall: () => number) {
    this.#time = time
    this.#wall = wall
  }

  get time(): SimulatorTime {
    return this.#time
  }

  /** Simulated ms, an integer. */
  now(): number {
    const { speed, anchorWallMs, anchorMs } = this.#time
    this.#latest = Math.max(this.#latest, Math.floor(anchorMs + (this.#wall() - anchorWallMs) * speed))
    return this.#latest
  }

  wallNow(): number {
    return this.#wall()
  }

  /** Moves time forward. @throws {RangeError} for a negative step. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time can only be moved forward, got ${ms} ms`)
    this.#time = { ...this.#time, anchorMs: this.#time.anchorMs + ms }
  }

  /** Sets it wrong (or right again) by so many ms against everybody else's clock. */
  skew(ms: number): void {
    this.now()
    this.#time = { ...this.#time, anchorMs: this.#time.anchorMs + ms }
  }
}
