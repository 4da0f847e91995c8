/** So many requests within any window, per key, counted in simulated time. */
export class WindowLimit {
  readonly capacity: number
  readonly windowMs: number
  readonly #taken = new Map<string, number[]>()

  constructor(capacity: number, windowMs: number) {
    this.capacity = capacity
    this.windowMs = windowMs
  }

  /** Counts a request; refused ones are not counted. */
  take(key: string, now: number): { readonly granted: boolean; readonly left: number; readonly resetAt: number } {
    const taken = (this.#taken.get(key) ?? []).filter((at) => at > now - this.windowMs)
    const granted = taken.length < this.capacity
    if (granted) taken.push(now)
    this.#taken.set(key, taken)
    return { granted, left: this.capacity - taken.length, resetAt: (taken[0] ?? now) + this.windowMs }
  }
}
