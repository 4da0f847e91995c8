import type { DecimalString } from '../amounts/decimal-string.ts'
import type { InstrumentId } from './venue-key.ts'

/**
 * What became of an order. Closed: a new kind is a new contract version.
 * `filled`, `partial`, `rejected` and `expired` are final; `resting` and `unknown` are not.
 */
export type Outcome =
  /** All of it was executed. */
  | {
      readonly kind: 'filled'
      readonly orderId: string
      readonly filled: DecimalString
      readonly averagePrice: DecimalString
      readonly fills?: readonly Fill[]
    }
  /** A part was executed and the rest is gone for good. */
  | {
      readonly kind: 'partial'
      readonly orderId: string
      readonly filled: DecimalString
      readonly averagePrice: DecimalString
      readonly fills?: readonly Fill[]
    }
  /** It stands at the venue; `filled` of it is executed so far. */
  | { readonly kind: 'resting'; readonly orderId: string; readonly filled: DecimalString }
  /** The venue refused it: no fill, now or ever. */
  | {
      readonly kind: 'rejected'
      readonly reason: RejectReason
      /** The venue's words. */
      readonly message: string
      /** What the attempt cost nevertheless, e.g. the network fee of a transaction that landed and failed. */
      readonly fee?: Fee
    }
  /** It ended without any fill and can have no effect any more. */
  | { readonly kind: 'expired'; readonly cause: 'time' | 'cancelled'; readonly message: string }
  /** Nobody can tell yet. It may have been executed: ask `lookup`, never send again. */
  | { readonly kind: 'unknown'; readonly message: string }

/** Why a venue refused. `other` keeps what the venue said in the message. */
export type RejectReason =
  | 'no-liquidity'
  | 'slippage'
  | 'price-rule'
  | 'price-band'
  | 'quantity-rule'
  | 'min-notional'
  | 'insufficient-funds'
  | 'reduce-only'
  | 'post-only'
  | 'open-interest-cap'
  | 'leverage'
  | 'rate-limit'
  | 'duplicate'
  | 'expired'
  | 'not-authorised'
  | 'instrument'
  | 'other'

/** An executed piece of an order: a fact. */
export interface Fill {
  /** The venue's id, unique within the venue key and account. It is booked once. */
  readonly id: string
  /** The venue's order id. */
  readonly orderId: string
  /** Id of the sealed order; `null` where the venue does not tell or the order is not ours. */
  readonly sealedId: string | null
  readonly instrument: InstrumentId
  readonly side: 'buy' | 'sell'
  readonly price: DecimalString
  /** Base units, positive. */
  readonly quantity: DecimalString
  readonly fee: Fee
  /** Venue time, ms. */
  readonly at: number
  /** How it came about. Default `order`. */
  readonly cause?: 'order' | 'liquidation' | 'auto-deleveraging' | 'settlement'
}

/** `quote` and `base` are the instrument's own assets; `other` (gas) is valued in USD at the time. A rebate is negative. */
export type Fee =
  | { readonly in: 'quote' | 'base'; readonly amount: DecimalString }
  | { readonly in: 'other'; readonly asset: string; readonly amount: DecimalString; readonly usd: DecimalString }

/** Whether nothing more can come of an order with this outcome. */
export function isFinal(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'filled':
    case 'partial':
    case 'rejected':
    case 'expired':
      return true
    case 'resting':
    case 'unknown':
      return false
  }
}
