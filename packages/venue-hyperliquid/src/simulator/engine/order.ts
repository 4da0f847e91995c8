import type { Decimal } from 'decimal.js'
import { decimalText } from './decimal-text.ts'
import type { Builder } from './fee.ts'

/** How long an order may rest. `FrontendMarket` is what the venue's own page sends for market orders; it behaves like `Ioc`. */
export type TimeInForce = 'Gtc' | 'Ioc' | 'Alo' | 'FrontendMarket'

/** The order statuses that the simulator gives. */
export type OrderStatus =
  | 'open'
  | 'filled'
  | 'canceled'
  | 'triggered'
  | 'rejected'
  | 'marginCanceled'
  | 'selfTradeCanceled'
  | 'reduceOnlyCanceled'
  | 'siblingFilledCanceled'
  | 'delistedCanceled'
  | 'liquidatedCanceled'
  | 'scheduledCancel'
  | 'tickRejected'
  | 'minTradeNtlRejected'
  | 'minTradeSpotNtlRejected'
  | 'insufficientSpotBalanceRejected'
  | 'perpMarginRejected'
  | 'reduceOnlyRejected'
  | 'badAloPxRejected'
  | 'iocCancelRejected'
  | 'badTriggerPxRejected'
  | 'marketOrderNoLiquidityRejected'
  | 'oracleRejected'
  | 'perpMaxPositionRejected'
  | 'tooManyOpenOrdersRejected'

/** Waits for the mark price before it becomes a limit or market order. */
export interface Trigger {
  readonly isMarket: boolean
  readonly triggerPx: Decimal
  readonly tpsl: 'tp' | 'sl'
}

export interface Order {
  readonly oid: number
  readonly cloid: string | null
  readonly coin: string
  readonly asset: number
  readonly isBuy: boolean
  limitPx: Decimal
  readonly reduceOnly: boolean
  tif: TimeInForce | null
  readonly trigger: Trigger | null
  /** A take-profit or stop that grows and shrinks with the position. */
  readonly isPositionTpsl: boolean
  /** The order that must fill before this one becomes active, and its siblings' common parent. */
  readonly parent: number | null
  readonly builder: Builder | null
  readonly timestamp: number
  origSz: Decimal
  /** Remaining. */
  sz: Decimal
  /** `parent`: waits for the parent's fill. `trigger`: waits for the price. `book`: rests or is done. */
  stage: 'parent' | 'trigger' | 'book'
  status: OrderStatus
  statusTimestamp: number
}

/** A line of `orderUpdates`. `sz` is what remains. */
export interface OrderUpdate {
  readonly order: {
    readonly coin: string
    readonly side: 'B' | 'A'
    readonly limitPx: string
    readonly sz: string
    readonly oid: number
    readonly timestamp: number
    readonly origSz: string
    readonly cloid?: string
    readonly reduceOnly?: true
  }
  readonly status: OrderStatus
  readonly statusTimestamp: number
}

export function orderUpdate(order: Order, status: OrderStatus = order.status, sz: Decimal = order.sz): OrderUpdate {
  return { order: { ...orderBasics(order), sz: decimalText(sz) }, status, statusTimestamp: order.statusTimestamp }
}

/** The short form, of `openOrders` and `orderUpdates`. */
export function orderBasics(order: Order): OrderUpdate['order'] {
  return {
    coin: order.coin,
    side: order.isBuy ? 'B' : 'A',
    limitPx: decimalText(order.limitPx),
    sz: decimalText(order.sz),
    oid: order.oid,
    timestamp: order.timestamp,
    origSz: decimalText(order.origSz),
    ...(order.cloid === null ? {} : { cloid: order.cloid }),
    ...(order.reduceOnly ? { reduceOnly: true as const } : {}),
  }
}

/** The long form, of `frontendOpenOrders`, `orderStatus` and `historicalOrders`. */
export function frontendOrder(order: Order, children: readonly Order[] = []): Record<string, unknown> {
  const { trigger } = order
  return {
    coin: order.coin,
    side: order.isBuy ? 'B' : 'A',
    limitPx: decimalText(order.limitPx),
    sz: decimalText(order.sz),
    oid: order.oid,
    timestamp: order.timestamp,
    triggerCondition: trigger === null ? 'N/A' : triggerCondition(order.isBuy, trigger),
    isTrigger: trigger !== null,
    triggerPx: trigger === null ? '0.0' : decimalText(trigger.triggerPx),
    children: children.map((child) => frontendOrder(child)),
    isPositionTpsl: order.isPositionTpsl,
    reduceOnly: order.reduceOnly,
    orderType: orderType(order),
    origSz: decimalText(order.origSz),
    tif: order.tif,
    cloid: order.cloid,
  }
}

/** Whether a trigger fires when the mark price is at or above its price (else at or below). */
export function firesAbove(isBuy: boolean, tpsl: 'tp' | 'sl'): boolean {
  return isBuy === (tpsl === 'sl')
}

function triggerCondition(isBuy: boolean, trigger: Trigger): string {
  const direction = firesAbove(isBuy, trigger.tpsl) ? 'above' : 'below'
  return `Price ${direction} ${trigger.triggerPx.toFixed()}`
}

function orderType({ trigger, tif }: Order): string {
  if (trigger === null) return tif === 'FrontendMarket' ? 'Market' : 'Limit'
  return `${trigger.tpsl === 'tp' ? 'Take Profit' : 'Stop'} ${trigger.isMarket ? 'Market' : 'Limit'}`
}
