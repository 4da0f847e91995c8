import type { DecimalString } from '../amounts/decimal-string.ts'
import type { Bar, Timeframe } from '../market/bar.ts'
import type { FundingPayment } from './funding.ts'
import type { Fill, Outcome } from './outcome.ts'
import type { Feed, Instrument } from './venue.ts'
import type { InstrumentId } from './venue-key.ts'

/** A print on the venue's tape. */
export interface Trade {
  /**
   * The venue's id, unique within the instrument. A second one with the same id is a duplicate. That is found in less time where ids begin with the trade's time
   * and a dash (`1700000000000-42`).
   */
  readonly id: string
  /** Venue time, ms. */
  readonly ts: number
  readonly price: DecimalString
  /** Base units; `0` for a price that was read where no trades are published: it moves the bar's prices and adds no volume. */
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

/** What an instrument's data come from. */
export interface DataSource {
  /** `stream`: pushed as it happens. `poll`: read again and again, so that it is late by up to `everyMs`. */
  readonly kind: 'stream' | 'poll'
  /** The adapter's name for it, e.g. `trades`, `candleSnapshot`, `pool`. */
  readonly name: string
  /** How far apart two readings of a poll are at present, ms. */
  readonly everyMs?: number
  /**
   * Set where closed bars are delivered in place of trades: all that ended by then (ms) has been delivered, and nothing that ends later is closed yet. It is
   * told anew after each reading. Trades that come nevertheless are prices of the moment: they make no bars.
   */
  readonly completeUntil?: number
}

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
      /** What the instrument lives on from now on. Absent: as said before, at first `stream`. */
      readonly source?: DataSource
    }
  | {
      readonly type: 'instrument-listed' | 'instrument-changed' | 'instrument-delisted'
      readonly instrument: Instrument
    }
  /** What became of an order of ours, told by the venue without being asked. `sealedId` names the {@link SealedOrder}. */
  | { readonly type: 'order'; readonly sealedId: string; readonly outcome: Outcome }
  /** A fill on the account, ours or not. The ledger books each id once. */
  | { readonly type: 'fill'; readonly fill: Fill }
  /** Funding was paid or received. The ledger books each id once. */
  | { readonly type: 'funding'; readonly payment: FundingPayment }
  /** The account's stream was interrupted: the runner reads everything again before it trusts what it believes. */
  | { readonly type: 'account-reconnected' }
