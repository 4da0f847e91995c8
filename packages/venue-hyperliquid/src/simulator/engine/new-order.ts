import type { Decimal } from 'decimal.js'
import type { Builder } from './fee.ts'
import type { Order, TimeInForce, Trigger } from './order.ts'

/** An order as it is asked for. */
export interface NewOrder {
  readonly asset: number
  readonly isBuy: boolean
  readonly limitPx: Decimal
  readonly sz: Decimal
  readonly reduceOnly: boolean
  readonly tif: TimeInForce | null
  readonly trigger: Trigger | null
  readonly cloid: string | null
  readonly isPositionTpsl: boolean
  readonly parent: number | null
  readonly builder: Builder | null
  readonly stage: Order['stage']
}

/** What the venue answers to one order. */
export type PlaceResult =
  | { readonly kind: 'resting'; readonly order: Order }
  | { readonly kind: 'filled'; readonly order: Order; readonly totalSz: Decimal; readonly avgPx: Decimal }
  | { readonly kind: 'waitingForFill' | 'waitingForTrigger'; readonly order: Order }
  | { readonly kind: 'error'; readonly text: string }
