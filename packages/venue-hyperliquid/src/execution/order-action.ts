import type { Instrument, OrderRequest } from '@portolan/core'
import { describePriceRule, Exact, isAllowedPrice, VenueError } from '@portolan/core'

/** The action `order` with one order. The keys stand in the order in which the venue serialises them: the signature depends on it. */
export function orderAction(order: OrderRequest, asset: number, cloid: string) {
  return {
    type: 'order',
    orders: [
      {
        a: asset,
        b: order.side === 'buy',
        p: order.limitPrice,
        s: order.quantity,
        r: order.reduceOnly,
        t: { limit: { tif: 'Ioc' } },
        c: cloid,
      },
    ],
    grouping: 'na',
  }
}

/** The action `cancelByCloid` for one order. */
export function cancelAction(asset: number, cloid: string) {
  return { type: 'cancelByCloid', cancels: [{ asset, cloid }] }
}

/** The action `updateLeverage`. */
export function leverageAction(asset: number, isCross: boolean, leverage: number) {
  return { type: 'updateLeverage', asset, isCross, leverage }
}

/**
 * Refuses amounts that break the instrument's rules, which core's sizing keeps: the venue counts even refused orders against a budget
 * that is never refilled.
 * @throws {VenueError} `refused`
 */
export function checkAmounts(order: OrderRequest, { id, sizing }: Instrument): void {
  const quantity = new Exact(order.quantity)
  const refuse = (why: string) => new VenueError('refused', `${id}: ${why}; nothing was sent`)
  if (new Exact(order.limitPrice).lte(0) || quantity.lte(0))
    throw refuse(`price ${order.limitPrice} and quantity ${order.quantity} must be above zero`)
  if (!quantity.mod(sizing.quantityStep).isZero()) {
    throw refuse(`quantity ${order.quantity} is no multiple of ${sizing.quantityStep}`)
  }
  if (!isAllowedPrice(order.limitPrice, sizing.price)) {
    throw refuse(`price ${order.limitPrice} is not allowed: ${describePriceRule(sizing.price)}`)
  }
}
