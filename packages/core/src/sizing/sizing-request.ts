import type { DecimalString } from '../amounts/decimal-string.ts'
import type { SizingConstraints } from '../contract/sizing-constraints.ts'

/** What the PM wants. */
export type SizingIntent = {
  readonly reduceOnly: boolean
  /** How far from the reference price the order may fill, in basis points: 0 <= x < 10,000. */
  readonly maxSlippageBps: number
} & (
  | { readonly side: 'buy' /** Quote units (USD), >= 0. */; readonly notionalUsd: number }
  | { readonly side: 'sell' /** Share of the quantity held, 0..1. */; readonly sizeFrac: number }
)

/** Money that a buy may use. */
export interface SizingFunds {
  /** Quote units that the account has free. */
  readonly available: DecimalString
  /** Taker fee in basis points, kept back for the fee. */
  readonly takerBps: number
  /** Leverage that the account trades with; at most the instrument's. Default 1. */
  readonly leverage?: number
}

export interface SizingRequest {
  readonly intent: SizingIntent
  /** Base units held. */
  readonly heldQuantity: DecimalString
  /** Quote per base: the price that the intent was planned at, or a newer one. */
  readonly referencePrice: DecimalString
  readonly constraints: SizingConstraints
  /** Without it a buy is bounded by its intent alone. */
  readonly funds?: SizingFunds
}
