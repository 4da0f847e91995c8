import type { Clock, Logger, TradeGate } from '@portolan/core'
import { z } from 'zod'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'

/** With its allowance used up, an account gets one request in 10 s (measured on testnet: 11 s). */
const PACE_MS = 11_000
const LIMIT_TEXT = 'Too many cumulative requests sent'

const count = z.number().int().nonnegative()
/** Of the answer, what is read. */
export const rateLimitShape = z.object({ nRequestsUsed: count, nRequestsCap: count })

/**
 * The requests that an account may make: one per USDC traded and 10,000 to begin with, for its whole life. Source: the venue's page on rate limits.
 * Only exits pass once no more than a reserve is left; once all is used up, they pass one at a time.
 */
export class AddressAllowance {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #reserve: number
  /** By the last reading, less what was sent since; `null` before the first. */
  #left: number | null = null
  #limitedUntil = 0
  #nextTurn = 0

  /** @param reserve requests kept for exits. */
  constructor(clock: Clock, logger: Logger, reserve: number) {
    this.#clock = clock
    this.#logger = logger
    this.#reserve = reserve
  }

  /** Asks the venue. @throws {VenueError} */
  async read(info: InfoClient, user: string, call: InfoCall): Promise<void> {
    const { nRequestsCap, nRequestsUsed } = await info.ask({ type: 'userRateLimit', user }, rateLimitShape, call)
    const wasLow = this.#isLow()
    this.#left = nRequestsCap - nRequestsUsed
    if (this.#isLow() && !wasLow) {
      this.#logger.warn('the account has few requests left: only exits are sent', { left: this.#left })
    }
  }

  /** Waits for its turn while the venue lets one request through at a time. Cancels have an allowance of their own. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const now = this.#clock.now()
    if (now >= this.#limitedUntil && now >= this.#nextTurn) return
    const at = Math.max(now, this.#nextTurn)
    this.#nextTurn = at + PACE_MS
    try {
      if (at > now) await this.#clock.sleep(at - now, signal)
    } catch (error) {
      // Given up: whoever comes next may have the turn.
      if (this.#nextTurn === at + PACE_MS) this.#nextTurn = at
      throw error
    }
  }

  /** A request was sent. */
  spent(): void {
    if (this.#left !== null) this.#left -= 1
  }

  /** What the venue said when it refused a request: refusals neither count nor start the wait anew. */
  refused(message: string): void {
    if (!message.startsWith(LIMIT_TEXT)) return
    const now = this.#clock.now()
    if (now >= this.#limitedUntil) this.#logger.warn('the account has used up its requests', { message })
    this.#limitedUntil = now + PACE_MS
    this.#nextTurn = Math.max(this.#nextTurn, this.#limitedUntil)
  }

  /** The gate that it asks for at a time (ms); `null` for none. */
  gate(at: number): TradeGate | null {
    if (at < this.#limitedUntil) {
      const message =
        'The account has used up the requests that its traded volume allows: exits pass, one in about 10 seconds.'
      return { state: 'exit-only', reason: 'rate-budget', message, changesAt: this.#limitedUntil }
    }
    if (!this.#isLow()) return null
    const message = `Of the requests that the account's traded volume allows ${this.#left} are left, and kept for exits.`
    return { state: 'exit-only', reason: 'rate-budget', message, changesAt: null }
  }

  #isLow(): boolean {
    return this.#left !== null && this.#left <= this.#reserve
  }
}
