import type { DecisionView, PositionRef } from '../../loop/snapshot.ts'

/** Positions whose last hold is quoted in a summary. */
const QUOTED = 3

/** Counts holds and remembers the last one of each position. */
export class HoldSummary {
  #ever = 0
  #count = 0
  #at = 0
  readonly #last = new Map<string, { readonly position: PositionRef; readonly decision: DecisionView }>()

  /** Returns how many were counted ever. */
  add(at: number, position: PositionRef, decision: DecisionView): number {
    this.#ever += 1
    this.#at = at
    if (this.#ever === 1) return 1
    this.#count += 1
    this.#last.set(position.id, { position, decision })
    return this.#ever
  }

  /** What was counted since the last call; `null` when nothing. `at` is the time of the last one, ms. */
  take(): { readonly at: number; readonly text: string } | null {
    if (this.#count === 0) return null
    const positions = [...this.#last.values()]
    const quoted = positions
      .slice(-QUOTED)
      .map(({ position, decision }) => `${position.name ?? position.instrument} ${position.timeframe}: ${decision.why}`)
    const more = positions.length - quoted.length
    const counted = `${this.#count} ${this.#count === 1 ? 'hold' : 'holds'} on ${positions.length} ${positions.length === 1 ? 'position' : 'positions'}`
    const text = `${counted}; last ${quoted.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`
    this.#count = 0
    this.#last.clear()
    return { at: this.#at, text }
  }
}
