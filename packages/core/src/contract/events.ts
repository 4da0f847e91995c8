import type { DecimalString } from '../amounts/decimal-string.ts'
import type { Bar, Timeframe } from '../market/bar.ts'
import type { Fill, Outcome } from './outcome.ts'
import type { Feed, Instrument } from './venue.ts'
import type { InstrumentId } from './venue-key.ts'

/** A print on the venue's tape. */
export interface Trade {
  /** The venue's id, unique within the instrument. A second one with the same id is a duplicate. */
  readonly id: string
  /** Venue time, ms. */
  readonly ts: number
  readonly price: DecimalString
  /** Base units. */
  readonly quantity: DecimalString
  /** The aggressor; `null` where the venue does not tell. */
  readonly side: 'buy' | 'sell' | null
}

/**
 * State of one instrument's stream. `gap` says that nothing was received between two times (ms), which are venue times of what was last seen
 * before and first seen after; the runner back-fills it before any later bar is used.
 */
export type FeedStatus =
  | { readonly kind: 'live' }
  | { readonly kind: 'stale'; readonly since: number }
  | { readonly kind: 'reconnected' }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }

/** All that a venue tells on its own. Delivered through `context.emit`, in order. */
export type VenueEvent =
  | {
      readonly type: 'trades'
      readonly instrument: InstrumentId
      readonly feeds: readonly Feed[]
      readonly trades: readonly Trade[]
    }
  | {
      readonly type: 'bars'
      readonly instrument: InstrumentId
      readonly feeds: readonly Feed[]
      readonly timeframe: Timeframe
      /** Closed bars, oldest first. */
      readonly bars: readonly Bar[]
    }
  | {
      readonly type: 'feed-status'
      readonly instrument: InstrumentId
      readonly feeds: readonly Feed[]
      readonly status: FeedStatus
      /** ms. */
      readonly at: number
    }
  | {
      readonly type: 'instrument-listed' | 'instrument-changed' | 'instrument-delisted'
      readonly instrument: Instrument
    }
  /** What became of an order of ours, told by the venue without being asked. `sealedId` names the {@link SealedOrder}. */
  | { readonly type: 'order'; readonly sealedId: string; readonly outcome: Outcome }
  /** A fill on the account, ours or not. The ledger books each id once. */
  | { readonly type: 'fill'; readonly fill: Fill }
  /** The account's stream was interrupted: the runner reads everything again before it trusts what it believes. */
  | { readonly type: 'account-reconnected' }
