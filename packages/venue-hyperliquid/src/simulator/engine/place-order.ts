import { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { Account, VenueFill } from './account.ts'
import { remember } from './account.ts'
import { activateChildren, endSiblings } from './children.ts'
import type { EngineCore } from './core.ts'
import { bareText } from './decimal-text.ts'
import { mergedBook } from './merged-book.ts'
import type { NewOrder, PlaceResult } from './new-order.ts'
import type { Order, OrderStatus, OrderUpdate } from './order.ts'
import { orderUpdate } from './order.ts'
import type { Refusal } from './order-rules.ts'
import { refusal } from './order-rules.ts'
import { closable, followPosition } from './reduce-only.ts'
import { spotRefusal } from './spot-rules.ts'
import { takeLiquidity } from './take-liquidity.ts'

const NOTHING_MATCHED: Refusal = {
  text: 'Order could not immediately match against any resting orders.',
  status: 'iocCancelRejected',
}

/** Places one order: checks it, matches what matches now, rests or drops the remainder, and announces all of it. */
export function placeOrder(core: EngineCore, account: Account, request: NewOrder): PlaceResult {
  const listing = core.market.listing(request.asset)
  if (listing === undefined) return { kind: 'error', text: `Asset ${request.asset} is not listed.` }
  const fitted = request.reduceOnly ? shrunk(account, request, listing) : request
  const order = newOrder(core, fitted, listing, request.sz)
  const refused = listing.delisted
    ? { text: 'Trading is halted.', status: 'rejected' as const }
    : listing.kind === 'spot'
      ? spotRefusal(core, account, fitted, listing)
      : refusal(core, account, fitted, listing)
  if (refused !== undefined) return reject(core, account, order, refused)

  if (order.stage !== 'book') {
    activate(core, account, order)
    if (order.stage === 'parent') return { kind: 'waitingForFill', order }
    return order.isPositionTpsl || order.parent !== null
      ? { kind: 'waitingForTrigger', order }
      : { kind: 'resting', order }
  }
  const postOnly = order.tif === 'Alo' ? crossing(core, order) : undefined
  if (postOnly !== undefined) return reject(core, account, order, postOnly)
  remember(account, order)
  return execute(core, account, order)
}

/** Matches an order that has been accepted and recorded, then rests or ends it by its time in force. */
export function execute(core: EngineCore, account: Account, order: Order): PlaceResult {
  const wanted = order.sz
  const fills = order.tif === 'Alo' ? [] : takeLiquidity(core, account, order)
  const immediate = order.tif === 'Ioc' || order.tif === 'FrontendMarket'
  if (immediate && fills.length === 0) {
    return finishRejected(core, account, order, NOTHING_MATCHED)
  }
  const done = order.sz.isZero()
  if (!done && !immediate) account.openOrders.set(order.oid, order)
  const status: OrderStatus = done ? 'filled' : immediate ? 'canceled' : 'open'
  const updates: OrderUpdate[] = done && !immediate ? [orderUpdate(order, 'open', wanted)] : []
  order.status = status
  order.statusTimestamp = core.now
  updates.push(orderUpdate(order))
  core.emit({ kind: 'orders', account, updates })
  if (done) {
    activateChildren(core, account, order)
    endSiblings(core, account, order)
  }
  followPosition(core, account, order.coin)
  return done || immediate ? filled(order, fills) : { kind: 'resting', order }
}

function filled(order: Order, fills: readonly VenueFill[]): PlaceResult {
  const totalSz = fills.reduce((sum, fill) => sum.plus(fill.sz), new Decimal(0))
  const notional = fills.reduce((sum, fill) => sum.plus(new Decimal(fill.px).times(fill.sz)), new Decimal(0))
  return { kind: 'filled', order, totalSz, avgPx: notional.div(totalSz) }
}

function activate(core: EngineCore, account: Account, order: Order): void {
  remember(account, order)
  account.openOrders.set(order.oid, order)
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
}

/** A refused order has an id and a record like any other; the answer names its asset. */
function reject(core: EngineCore, account: Account, order: Order, refused: Refusal): PlaceResult {
  remember(account, order)
  return finishRejected(core, account, order, refused)
}

function finishRejected(core: EngineCore, account: Account, order: Order, refused: Refusal): PlaceResult {
  order.status = refused.status
  order.statusTimestamp = core.now
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
  return { kind: 'error', text: `${refused.text} asset=${order.asset}` }
}

/** A reduce-only order larger than the position is cut to it; `origSz` keeps what was asked for. */
function shrunk(account: Account, request: NewOrder, listing: Listing): NewOrder {
  const limit = closable(account, listing.name, request.isBuy)
  const sz = request.isPositionTpsl && request.sz.isZero() ? limit : request.sz
  return limit.isZero() || sz.lte(limit) ? { ...request, sz } : { ...request, sz: limit }
}

function crossing(core: EngineCore, order: Order): Refusal | undefined {
  const { bids, asks } = mergedBook(core, order.coin)
  const [bid] = bids
  const [ask] = asks
  const crosses = order.isBuy
    ? ask !== undefined && order.limitPx.gte(ask.price)
    : bid !== undefined && order.limitPx.lte(bid.price)
  if (!crosses) return undefined
  const bbo = [bid, ask].map((best) => bareText(new Decimal(best?.price ?? 0))).join('@')
  return {
    text: `Post only order would have immediately matched, bbo was ${bbo}.`,
    status: 'badAloPxRejected',
  }
}

function newOrder(core: EngineCore, request: NewOrder, listing: Listing, askedSz: Decimal): Order {
  const { cloid, asset, isBuy, limitPx, reduceOnly, tif, trigger, isPositionTpsl, parent, builder, stage, sz } = request
  return {
    cloid,
    asset,
    isBuy,
    limitPx,
    reduceOnly,
    tif,
    trigger,
    isPositionTpsl,
    parent,
    builder,
    stage,
    sz,
    oid: core.nextOid(),
    coin: listing.name,
    timestamp: core.now,
    origSz: askedSz.isZero() ? sz : askedSz,
    status: 'open',
    statusTimestamp: core.now,
  }
}
