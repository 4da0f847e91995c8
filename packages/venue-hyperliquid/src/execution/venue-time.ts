import type { Clock, Logger } from '@portolan/core'

const HOUR_MS = 3_600_000
/** Further off than this a time is taken for a mistake of whoever told it: a signer that followed it would spend its nonces for good. */
const IMPLAUSIBLE_MS = 24 * HOUR_MS
/**
 * A clock that is further ahead is put back: the fate of an order whose answer is lost stays open until the venue's time has passed the expiry that it was given.
 * What the venue tells may itself be old, by less than this.
 */
const TOO_FAR_AHEAD_MS = 60_000
const WORTH_A_WARNING_MS = 2_000

/**
 * The venue's time, as far as it can be told: this machine's, put forward when the venue is known to be ahead of it, and back when it is far behind. An expiry
 * that was taken from a clock that is behind would be over before the order arrives, and then not even an exit would pass.
 */
export class VenueTime {
  readonly #clock: Clock
  readonly #logger: Logger
  #aheadMs = 0
  #warned = false

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  /** The venue said that it was this time (ms) a moment ago. */
  observe(time: number): void {
    const ahead = time - this.#clock.now()
    if (Math.abs(ahead) > IMPLAUSIBLE_MS) {
      this.#logger.error('the clocks of the venue and of this machine are more than a day apart', { venue: time })
      return
    }
    this.#aheadMs = ahead > 0 || ahead < -TOO_FAR_AHEAD_MS ? ahead : 0
    const isOff = ahead > WORTH_A_WARNING_MS || this.#aheadMs < 0
    if (isOff && !this.#warned) {
      this.#logger.warn('the clock of this machine is off; orders follow the venue', { behindMs: ahead })
    }
    this.#warned = isOff
  }

  /** Whether something can have happened at this time (ms). */
  isPlausible(time: number): boolean {
    return time <= this.now() + IMPLAUSIBLE_MS
  }

  /** ms. */
  now(): number {
    return Math.floor(this.#clock.now() + this.#aheadMs)
  }
}
