import type { Clock, Logger } from '../contract/services.ts'

const REPORT_MS = 60_000

/** Counts what of a venue's messages was refused and says so at most once a minute: a venue that sends rubbish sends a lot of it. */
export class RefusedCount {
  readonly #clock: Pick<Clock, 'now'>
  readonly #logger: Pick<Logger, 'warn'>
  #unreported = 0
  #reportedAt: number | null = null
  #total = 0

  constructor(clock: Pick<Clock, 'now'>, logger: Pick<Logger, 'warn'>) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Since the start. */
  get total(): number {
    return this.#total
  }

  /** @param source channel, address or the like: where it came from. */
  add(source: string, why: string): void {
    this.#total += 1
    this.#unreported += 1
    const now = this.#clock.now()
    if (this.#reportedAt !== null && now - this.#reportedAt < REPORT_MS) return
    this.#logger.warn('messages were refused', { refused: this.#unreported, source, why })
    this.#unreported = 0
    this.#reportedAt = now
  }
}
