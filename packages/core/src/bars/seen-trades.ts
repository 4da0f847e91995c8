import type { Trade } from '../contract/events.ts'

const DASH = 45
const ZERO_DIGIT = 48
const NINE_DIGIT = 57

/**
 * Ids of trades, by which a second one is known. An id that begins with the time of its trade (`<ts>-`) cannot be that of one at another time: while all do and
 * the trades come in order, nothing is looked up but those of the same moment. A set of all is made when that no longer holds.
 */
export class SeenTrades {
  #ids: string[] = []
  #times: number[] = []
  #latest = Number.NEGATIVE_INFINITY
  #all: Set<string> | null = null

  /** Returns whether it was new. */
  add({ id, ts }: Trade): boolean {
    if (this.#all !== null) return this.#addTo(this.#all, id)
    if (ts < this.#latest || !startsWithTime(id, ts)) return this.#addTo(this.#collect(), id)
    if (ts > this.#latest) this.#latest = ts
    else if (this.#hasLatest(id)) return false
    this.#ids.push(id)
    this.#times.push(ts)
    return true
  }

  /** Takes an id of a saved state. */
  restore(id: string): void {
    this.#collect().add(id)
  }

  ids(): string[] {
    return this.#all === null ? [...this.#ids] : [...this.#all]
  }

  clear(): void {
    this.#ids = []
    this.#times = []
    this.#all = null
    this.#latest = Number.NEGATIVE_INFINITY
  }

  #addTo(all: Set<string>, id: string): boolean {
    if (all.has(id)) return false
    all.add(id)
    return true
  }

  #collect(): Set<string> {
    this.#all ??= new Set(this.#ids)
    this.#ids = []
    this.#times = []
    return this.#all
  }

  /** Among those of the latest time. */
  #hasLatest(id: string): boolean {
    for (let at = this.#ids.length - 1; at >= 0 && this.#times[at] === this.#latest; at -= 1) {
      if (this.#ids[at] === id) return true
    }
    return false
  }
}

function startsWithTime(id: string, ts: number): boolean {
  let value = 0
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at)
    if (code >= ZERO_DIGIT && code <= NINE_DIGIT) value = value * 10 + (code - ZERO_DIGIT)
    else return code === DASH && at > 0 && value === ts
  }
  return false
}
