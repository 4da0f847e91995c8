import type { Trade } from '@portolan/core'
import { slotOf, TIMEFRAME_MS } from '@portolan/core'

/** Trades make bars of this length, ms; longer ones end with one of them. */
const BASE_MS = TIMEFRAME_MS['1m']
/** A trade that is further ahead of this machine's clock says nothing about the time, ms. */
const PLAUSIBLE_AHEAD_MS = 5_000

/**
 * The time as trades tell it. A trade from after a bar's end and its grace shows that the bar is over before the clock is looked at next, so that what is decided on
 * it need not wait for that. It never shows more than the clock will: only what ended before the trade itself is closed.
 */
export class FrameTime {
  readonly #graceMs: number
  /** When the next bar of trades is over, ms; unknown before the first look. */
  #next = 0

  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /** Bars were closed up to this time, ms: until the next ends nothing is due. */
  looked(now: number): void {
    this.#next = slotOf(now - this.#graceMs, '1m') + BASE_MS + this.#graceMs
  }

  /** Up to which time (ms) bars should be closed now that these trades were seen; `null` when none has ended since the last look. */
  dueAt(trades: readonly Trade[], now: number): number | null {
    const at = trades.at(-1)?.ts ?? 0
    if (at < this.#next || at > now + PLAUSIBLE_AHEAD_MS) return null
    return Math.max(at, now)
  }
}
