/** What was taken within the last `windowMs`: the arithmetic of a sliding window. A take at `t` is free again at `t + windowMs`. */
export class SlidingWindow {
  readonly #capacity: number
  readonly #windowMs: number | null
  /** Oldest first. */
  #takes: { at: number; units: number }[] = []
  #used = 0
  #latest = Number.NEGATIVE_INFINITY

  /** @param windowMs ms; `null`: what is taken comes back when it is released. */
  constructor(capacity: number, windowMs: number | null) {
    this.#capacity = capacity
    this.#windowMs = windowMs
  }

  /** Units free at a time (ms). */
  free(now: number): number {
    this.#forget(now)
    return this.#capacity - this.#used
  }

  take(units: number, now: number): void {
    this.#forget(now)
    this.#used += units
    if (this.#windowMs === null || units === 0) return
    const last = this.#takes.at(-1)
    if (last?.at === now) last.units += units
    else this.#takes.push({ at: now, units })
  }

  /** Gives back what was taken, where nothing comes back by itself. */
  release(units: number): void {
    if (this.#windowMs === null) this.#used = Math.max(0, this.#used - units)
  }

  /** The earliest time (ms) at which so many units are free if nothing else is taken; infinite when never. */
  freeAt(units: number, now: number): number {
    let free = this.free(now)
    if (free >= units) return now
    if (this.#windowMs === null) return Number.POSITIVE_INFINITY
    for (const take of this.#takes) {
      free += take.units
      if (free >= units) return take.at + this.#windowMs
    }
    return Number.POSITIVE_INFINITY
  }

  #forget(now: number): void {
    if (this.#windowMs === null) return
    if (now < this.#latest) {
      // The clock was set back: what was taken stays as long ago as it was.
      for (const take of this.#takes) take.at += now - this.#latest
    }
    this.#latest = now
    let gone = 0
    for (const take of this.#takes) {
      if (take.at + this.#windowMs > now) break
      this.#used -= take.units
      gone += 1
    }
    if (gone > 0) this.#takes = this.#takes.slice(gone)
    if (this.#takes.length === 0) this.#used = 0
  }
}
