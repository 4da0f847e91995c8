import { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import { dexOf } from '../market/listing.ts'
import { priceDecimals } from '../market/tick.ts'
import type { Account } from './account.ts'
import { leverageOf } from './account.ts'
import type { EngineCore } from './core.ts'
import { drawCollateral } from './draw-collateral.ts'
import { accountMargin } from './margin.ts'
import type { NewOrder } from './new-order.ts'
import type { Order, OrderStatus } from './order.ts'
import { firesAbove } from './order.ts'
import { closable } from './reduce-only.ts'

/** Why the venue refuses an order: the text of the answer (without ` asset=N`) and the status of the record. */
export interface Refusal {
  readonly text: string
  readonly status: OrderStatus
}

const MINIMUM_NOTIONAL = 10

/** The rules that need nothing but the order and the account. `undefined`: acceptable. Sizes of reduce-only orders are already cut. */
export function refusal(core: EngineCore, account: Account, order: NewOrder, listing: Listing): Refusal | undefined {
  const mark = core.markPx(listing.name)
  return (
    gridRefusal(order, listing) ??
    distanceRefusal(order, mark) ??
    reduceOnlyRefusal(account, order, listing) ??
    notionalRefusal(account, order, listing) ??
    triggerRefusal(order, mark) ??
    countRefusal(account, order) ??
    marginRefusal(core, account, order, listing, mark)
  )
}

export function gridRefusal(order: NewOrder, listing: Listing): Refusal | undefined {
  if (order.sz.decimalPlaces() > listing.szDecimals) return { text: 'Order has invalid size.', status: 'tickRejected' }
  const prices = order.trigger === null ? [order.limitPx] : [order.limitPx, order.trigger.triggerPx]
  if (prices.every((price) => onPriceGrid(price, 6 - listing.maxPriceDecimals))) return undefined
  return { text: 'Price must be divisible by tick size.', status: 'tickRejected' }
}

/** At most 5 significant figures and 6 - szDecimals decimals, integers always. */
export function onPriceGrid(price: Decimal, szDecimals: number): boolean {
  if (price.isInteger()) return true
  return price.decimalPlaces() <= priceDecimals(price.toNumber(), szDecimals)
}

export function distanceRefusal(order: NewOrder, mark: Decimal): Refusal | undefined {
  if (order.trigger !== null) return undefined
  if (order.limitPx.minus(mark).abs().lte(mark.times('0.8'))) return undefined
  return { text: 'Order price cannot be more than 80% away from the reference price.', status: 'oracleRejected' }
}

function reduceOnlyRefusal(account: Account, order: NewOrder, listing: Listing): Refusal | undefined {
  if (!order.reduceOnly || order.stage === 'parent') return undefined
  if (!closable(account, listing.name, order.isBuy).isZero()) return undefined
  return { text: 'Reduce only order would increase position.', status: 'reduceOnlyRejected' }
}

/** At least $10, unless the order closes the whole position. */
function notionalRefusal(account: Account, order: NewOrder, listing: Listing): Refusal | undefined {
  if (order.isPositionTpsl) return undefined
  const whole = order.reduceOnly && order.sz.eq(closable(account, listing.name, order.isBuy))
  const notional = order.limitPx.times(order.sz)
  if (!whole && notional.lt(MINIMUM_NOTIONAL)) {
    return { text: 'Order must have minimum value of $10.', status: 'minTradeNtlRejected' }
  }
  const maximum = maximumNotional(order, listing)
  if (notional.lte(maximum)) return undefined
  return { text: `Order value too large. Max is $${maximum}.`, status: 'perpMaxPositionRejected' }
}

/** By leverage tier for market orders, ten times that for limit orders. Source: the venue's contract specifications. */
function maximumNotional(order: NewOrder, { maxLeverage }: Listing): number {
  const market = maxLeverage >= 25 ? 30e6 : maxLeverage >= 20 ? 5e6 : maxLeverage >= 10 ? 2e6 : 500_000
  return order.tif === 'Gtc' || order.tif === 'Alo' ? market * 10 : market
}

function triggerRefusal(order: NewOrder, mark: Decimal): Refusal | undefined {
  if (order.trigger === null || order.stage === 'parent') return undefined
  const { triggerPx, tpsl } = order.trigger
  const ahead = firesAbove(order.isBuy, tpsl) ? triggerPx.gt(mark) : triggerPx.lt(mark)
  return ahead ? undefined : { text: 'Invalid TP/SL price.', status: 'badTriggerPxRejected' }
}

/** 1000 open orders and one more per 5M USD traded, 5000 at most; beyond 1000 none that are reduce-only or triggers. */
function countRefusal(account: Account, order: NewOrder): Refusal | undefined {
  const open = account.openOrders.size
  const limit = Math.min(5000, 1000 + account.volume.div(5_000_000).floor().toNumber())
  const special = order.reduceOnly || order.trigger !== null
  if (open < limit && !(special && open >= 1000)) return undefined
  return { text: 'Too many open orders.', status: 'tooManyOpenOrdersRejected' }
}

function marginRefusal(
  core: EngineCore,
  account: Account,
  order: NewOrder,
  listing: Listing,
  mark: Decimal,
): Refusal | undefined {
  if (order.reduceOnly || order.trigger !== null) return undefined
  const held = account.positions.get(listing.name)?.szi ?? new Decimal(0)
  const after = held.plus(order.isBuy ? order.sz : order.sz.neg())
  const added = after.abs().minus(held.abs())
  if (added.lte(0)) return undefined
  const leverage = leverageOf(account, listing).value
  const needed = added.times(marginPrice(order, mark)).div(leverage)
  const margin = accountMargin(account, core, listing.dex)
  const tiedUp = margin.cross.totalMarginUsed.plus(restingMargin(core, account, listing.dex))
  const available = margin.cross.accountValue.minus(tiedUp)
  if (needed.lte(available) || drawCollateral(account, listing, needed.minus(available), core)) return undefined
  return { text: 'Insufficient margin to place order.', status: 'perpMarginRejected' }
}

/** Margin held for resting orders that would open or add. */
export function restingMargin(core: EngineCore, account: Account, dex = ''): Decimal {
  let total = new Decimal(0)
  for (const order of account.openOrders.values()) {
    const listing = core.listing(order.coin)
    if (listing.kind === 'spot' || dexOf(order.coin) !== dex) continue
    if (order.stage !== 'book' || order.reduceOnly || adds(account, order).isZero()) continue
    const leverage = leverageOf(account, listing).value
    total = total.plus(adds(account, order).times(order.limitPx).div(leverage))
  }
  return total
}

function adds(account: Account, order: Order): Decimal {
  return Decimal.max(0, order.sz.minus(closable(account, order.coin, order.isBuy)))
}

/** A limit far above the market does not make a purchase dearer: it fills near the mark. */
function marginPrice(order: NewOrder, mark: Decimal): Decimal {
  return order.isBuy ? Decimal.min(order.limitPx, mark) : Decimal.max(order.limitPx, mark)
}
