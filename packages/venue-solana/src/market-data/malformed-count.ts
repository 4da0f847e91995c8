import type { Clock, Logger } from '@portolan/core'

const REPORT_MS = 60_000

/** Counts what was refused and says so at most once a minute: a source that sends rubbish sends a lot of it. */
export class MalformedCount {
  readonly #clock: Clock
  readonly #logger: Logger
  #unreported = 0
  #reportedAt: number | null = null
  #total = 0

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Since the start. */
  get total(): number {
    return this.#total
  }

  add(source: string, why: string): void {
    this.#total += 1
    this.#unreported += 1
    const now = this.#clock.now()
    if (this.#reportedAt !== null && now - this.#reportedAt < REPORT_MS) return
    this.#logger.warn('answers were refused', { refused: this.#unreported, source, why })
    this.#unreported = 0
    this.#reportedAt = now
  }
}
