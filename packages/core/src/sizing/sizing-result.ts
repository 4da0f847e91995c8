import type { DecimalString } from '../amounts/decimal-string.ts'
import type { SizingStep } from './sizing-step.ts'

/** What the venue's rules made of an intent. JSON, so that an intent can be stored with it. */
export type SizingResult = SizedOrder | SizingSkip

/** Amounts that meet the constraints; the fields of an `OrderRequest`. */
export interface SizedOrder {
  readonly kind: 'order'
  /** Base units; for a buy by quote, the quantity expected at the reference price. */
  readonly quantity: DecimalString
  /** Quote units to spend at most; `null` unless the venue buys by quote. */
  readonly spend: DecimalString | null
  readonly limitPrice: DecimalString
  /** Nothing sellable is left when all of it fills. */
  readonly closesPosition: boolean
  /** In the order of computation. */
  readonly steps: readonly SizingStep[]
}

/** Stable codes. */
export type SizingSkipReason =
  /** No usable price: none is known, or the limit rounds down to 0. */
  | 'no-price'
  /** The amount is 0, asked so or rounded down to it. */
  | 'zero-quantity'
  /** A sell of something that is not held. */
  | 'nothing-held'
  | 'below-min-quantity'
  | 'below-min-notional'
  /** The account has nothing left to spend. */
  | 'no-funds'

export interface SizingSkip {
  readonly kind: 'skip'
  readonly reason: SizingSkipReason
  /** One sentence for a person, with the numbers. */
  readonly message: string
  readonly steps: readonly SizingStep[]
}
