import type { Clock, InstrumentId } from '@portolan/core'

interface Refusal {
  readonly why: string
  /** ms. */
  readonly at: number
  /** Not tried before, ms. */
  readonly until: number
  /** How often it was refused so far. */
  readonly times: number
}

const FIRST_MS = 600_000
const LONGEST_MS = 86_400_000

/**
 * Instruments that the venue does not let one subscribe to. Each is left alone for 10 minutes, then twice as long from time to time, up to a day; and in any
 * case until the venue has listed it again.
 */
export class Refusals {
  readonly #clock: Clock
  readonly #refused = new Map<InstrumentId, Refusal>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(id: InstrumentId, why: string): Refusal {
    const times = (this.#refused.get(id)?.times ?? 0) + 1
    const at = this.#clock.now()
    const refusal = { why, at, until: at + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS), times }
    this.#refused.set(id, refusal)
    return refusal
  }

  get(id: InstrumentId): Refusal | null {
    return this.#refused.get(id) ?? null
  }

  /** It works after all. */
  lift(id: InstrumentId): void {
    this.#refused.delete(id)
  }

  /** Whether it may be tried now. @param listedAt when the venue's list was last read, ms. */
  isDue(id: InstrumentId, listedAt: number): boolean {
    const refusal = this.#refused.get(id)
    return refusal === undefined || (this.#clock.now() >= refusal.until && listedAt > refusal.at)
  }
}
