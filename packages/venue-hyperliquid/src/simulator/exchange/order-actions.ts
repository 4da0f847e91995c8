import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { cancelOrder } from '../engine/cancel-order.ts'
import type { EngineCore } from '../engine/core.ts'
import { decimalText } from '../engine/decimal-text.ts'
import type { Builder } from '../engine/fee.ts'
import { CANNOT_MODIFY, modifyOrder } from '../engine/modify-order.ts'
import type { NewOrder, PlaceResult } from '../engine/new-order.ts'
import { placeOrder } from '../engine/place-order.ts'
import type { Answer } from './answer.ts'
import { DONE, refused, statuses } from './answer.ts'
import type { WireAction, WireOrder } from './wire-action.ts'

/** Places a batch. An order that can be nothing at all refuses the whole batch with one status, as the venue's pre-validation does. */
export function orderAction(
  core: EngineCore,
  account: Account,
  action: Extract<WireAction, { readonly type: 'order' }>,
): Answer {
  const { orders, grouping } = action
  if (orders.length === 0) return refused('Empty batch of orders.')
  const invalid = orders.map((order) => prevalidate(core, order)).find((text) => text !== undefined)
  if (invalid !== undefined) return statuses('order', [{ error: invalid }])
  const builder = action.builder === undefined ? null : { address: action.builder.b, fee: action.builder.f }
  if (builder !== null && builder.fee > (account.builderFees.get(builder.address) ?? 0)) {
    return refused('Builder fee has not been approved.')
  }
  if (grouping === 'normalTpsl') return statuses('order', placeWithChildren(core, account, orders, builder))
  return statuses(
    'order',
    orders.map((order) => {
      const isPositionTpsl = grouping === 'positionTpsl' && 'trigger' in order.t
      return orderStatus(placeOrder(core, account, { ...newOrder(order), builder, isPositionTpsl }))
    }),
  )
}

/** The first order is the parent; the others wait until it has filled and end with it. */
function placeWithChildren(
  core: EngineCore,
  account: Account,
  orders: readonly WireOrder[],
  builder: Builder | null,
): unknown[] {
  const [first, ...rest] = orders
  if (first === undefined) return []
  const parent = placeOrder(core, account, { ...newOrder(first), builder })
  if (parent.kind === 'error') return [orderStatus(parent)]
  const filled = parent.kind === 'filled' && parent.order.sz.isZero()
  const children = rest.map((child) => {
    const wanted = { ...newOrder(child), builder }
    if (wanted.trigger === null) return orderStatus(placeOrder(core, account, wanted))
    const stage = filled ? ('trigger' as const) : ('parent' as const)
    return orderStatus(placeOrder(core, account, { ...wanted, parent: parent.order.oid, stage }))
  })
  return [orderStatus(parent), ...children]
}

export function modifyAction(core: EngineCore, account: Account, key: number | string, order: WireOrder): Answer {
  const result = modifyOrder(core, account, key, newOrder(order))
  if (result.kind !== 'error') return DONE
  return result.text === CANNOT_MODIFY ? refused(CANNOT_MODIFY) : statuses('order', [{ error: result.text }])
}

export function batchModifyAction(
  core: EngineCore,
  account: Account,
  modifies: readonly { readonly oid: number | string; readonly order: WireOrder }[],
): Answer {
  return statuses(
    'order',
    modifies.map(({ oid, order }) => orderStatus(modifyOrder(core, account, oid, newOrder(order)))),
  )
}

export function cancelAction(
  core: EngineCore,
  account: Account,
  cancels: readonly { readonly asset: number; readonly key: number | string }[],
): Answer {
  // Source: captured refusal of a batch above 200.
  if (cancels.length > 200) return refused('Signed action over weight limit of 200.')
  return statuses(
    'cancel',
    cancels.map(({ asset, key }) => {
      const error = cancelOrder(core, account, asset, key)
      return error === undefined ? 'success' : { error }
    }),
  )
}

function prevalidate(core: EngineCore, order: WireOrder): string | undefined {
  if (core.market.listing(order.a) === undefined) return `Asset ${order.a} is not listed.`
  if (!new Decimal(order.p).gt(0)) return `Order has invalid price. asset=${order.a}`
  const size = new Decimal(order.s)
  if (size.isNegative() || (size.isZero() && !('trigger' in order.t))) return `Order has zero size. asset=${order.a}`
  return undefined
}

function newOrder(order: WireOrder): NewOrder {
  const { t } = order
  return {
    asset: order.a,
    isBuy: order.b,
    limitPx: new Decimal(order.p),
    sz: new Decimal(order.s),
    reduceOnly: order.r,
    cloid: order.c ?? null,
    tif: 'limit' in t ? t.limit.tif : null,
    trigger:
      'trigger' in t
        ? { isMarket: t.trigger.isMarket, triggerPx: new Decimal(t.trigger.triggerPx), tpsl: t.trigger.tpsl }
        : null,
    isPositionTpsl: false,
    parent: null,
    builder: null,
    stage: 'trigger' in t ? 'trigger' : 'book',
  }
}

function orderStatus(result: PlaceResult): unknown {
  switch (result.kind) {
    case 'error':
      return { error: result.text }
    case 'waitingForFill':
    case 'waitingForTrigger':
      return result.kind
    case 'resting':
    case 'filled': {
      const { oid, cloid, limitPx } = result.order
      const identity = { oid, ...(cloid === null ? {} : { cloid }) }
      if (result.kind === 'resting') return { resting: identity }
      const places = Math.max(1, limitPx.decimalPlaces(), 5 - Math.floor(Math.log10(result.avgPx.toNumber())))
      return {
        filled: {
          totalSz: decimalText(result.totalSz),
          avgPx: decimalText(result.avgPx.toDecimalPlaces(places)),
          ...identity,
        },
      }
    }
  }
}
