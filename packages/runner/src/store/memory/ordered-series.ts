/** Things in the order of their time; within one time in the order in which they came. Appending at the end and reading a range are cheap. */
export class OrderedSeries<T extends { readonly ts: number }> {
  #items: T[] = []
  #sorted = true

  add(item: T): void {
    const last = this.#items.at(-1)
    if (last !== undefined && last.ts > item.ts) this.#sorted = false
    this.#items.push(item)
  }

  /** Puts an item in the place of another of the same time. */
  replace(old: T, item: T): void {
    this.#items[this.#items.indexOf(old)] = item
  }

  /** `from <= ts < to` */
  range(from: number, to: number): T[] {
    this.#sort()
    return this.#items.slice(this.#indexOf(from), this.#indexOf(to))
  }

  /** Removes what lies before a time; returns it. */
  removeBefore(ts: number): T[] {
    this.#sort()
    return this.#items.splice(0, this.#indexOf(ts))
  }

  #sort(): void {
    if (this.#sorted) return
    this.#items.sort((a, b) => a.ts - b.ts)
    this.#sorted = true
  }

  /** Index of the first item that is not before `ts`. */
  #indexOf(ts: number): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const item = this.#items[middle]
      if (item !== undefined && item.ts < ts) low = middle + 1
      else high = middle
    }
    return low
  }
}
