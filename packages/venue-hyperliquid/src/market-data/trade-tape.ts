import type { Trade } from '@portolan/core'
import { RecentTrades } from './recent-trades.ts'

/** What of a delivery is new, and the hole before it. */
export interface TapeReading {
  readonly fresh: readonly Trade[]
  /** Venue times, ms. */
  readonly gap: { readonly from: number; readonly to: number } | null
}

/**
 * One instrument's trades in a row: removes what was delivered before and tells where something is missing. After an interruption the
 * venue replays its latest trades. If one of them is known, nothing was lost; if none is, there is a hole before the oldest.
 */
export class TradeTape {
  readonly #recent = new RecentTrades()
  #lastTs: number | null = null
  #interrupted = false

  /** All is known until this venue time, ms: that of the latest trade seen, or a later one of which others know; `null` before anything is. */
  get lastTs(): number | null {
    return this.#lastTs
  }

  /** All until this time (ms) is known from elsewhere, or known to be missing. */
  knowUntil(ts: number): void {
    this.#lastTs = Math.max(this.#lastTs ?? ts, ts)
  }

  /** Nothing is missing from here on that was not told of. */
  resume(): void {
    this.#interrupted = false
  }

  /** Something may be missing from here on. */
  interrupt(): void {
    this.#interrupted = this.#lastTs !== null
  }

  accept(trades: readonly Trade[]): TapeReading {
    const fresh = this.#recent.addAll(trades)
    const gap = this.#interrupted && trades.length > 0 ? this.#gapBefore(trades, fresh.length) : null
    if (trades.length > 0) this.#interrupted = false
    if (fresh.length > 0) this.#lastTs = Math.max(this.#lastTs ?? 0, this.#recent.latest)
    return { fresh, gap }
  }

  #gapBefore(trades: readonly Trade[], fresh: number): TapeReading['gap'] {
    if (this.#lastTs === null || fresh < trades.length) return null
    const to = Math.min(...trades.map((trade) => trade.ts))
    // Within one millisecond, too, some may be missing.
    return to >= this.#lastTs ? { from: this.#lastTs, to } : null
  }
}
