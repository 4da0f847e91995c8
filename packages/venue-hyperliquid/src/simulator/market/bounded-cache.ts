/** Remembers the last `limit` computed values. Everything in it can be computed again. */
export class BoundedCache<Value> {
  readonly #values = new Map<number, Value>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: number, compute: (key: number) => Value): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = compute(key)
    if (this.#values.size >= this.#limit) {
      const [oldest] = this.#values.keys()
      if (oldest !== undefined) this.#values.delete(oldest)
    }
    this.#values.set(key, value)
    return value
  }
}
