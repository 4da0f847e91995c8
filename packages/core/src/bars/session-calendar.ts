import type { Interval, Intervals } from './intervals.ts'
import { withInterval } from './intervals.ts'

/**
 * When a venue's market is open, as data. Sessions that touch are one (nothing jumps between them). A time beyond the last session is closed: keep the list
 * long enough.
 */
export class SessionCalendar {
  readonly #sessions: Intervals

  constructor(sessions: readonly Interval[]) {
    let merged: Intervals = []
    for (const session of sessions) merged = withInterval(merged, session)
    this.#sessions = merged
  }

  /** The parts of `from <= t < to` that lie in a session. */
  within(from: number, to: number): Intervals {
    const parts: Interval[] = []
    for (let index = this.#firstEndingAfter(from); index < this.#sessions.length; index += 1) {
      const session = this.#sessions[index]
      if (session === undefined || session.from >= to) break
      parts.push({ from: Math.max(from, session.from), to: Math.min(to, session.to) })
    }
    return parts
  }

  /** Whether a session overlaps `from <= t < to`. */
  isOpenWithin(from: number, to: number): boolean {
    const session = this.#sessions[this.#firstEndingAfter(from)]
    return session !== undefined && session.from < to
  }

  /** Whether a session begins at some time of `from <= t < to`. */
  opensWithin(from: number, to: number): boolean {
    return this.within(from, to).some((part) => this.#sessions.some((session) => session.from === part.from))
  }

  /** The first open time at or after `at`; `null` when the list ends before. */
  nextOpen(at: number): number | null {
    const session = this.#sessions[this.#firstEndingAfter(at)]
    return session === undefined ? null : Math.max(at, session.from)
  }

  /** Binary search: the index of the first session that ends after a time. */
  #firstEndingAfter(at: number): number {
    let low = 0
    let high = this.#sessions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const session = this.#sessions[middle]
      if (session !== undefined && session.to <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
