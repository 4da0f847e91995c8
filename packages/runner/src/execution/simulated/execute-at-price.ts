import type { DecimalString, Instrument } from '@portolan/core'
import { decimalFrom, Exact, FRICTIONLESS_SIZING, roundQuantity } from '@portolan/core'
import type { SimulatedOrder } from './simulated-order.ts'

/** How far simulated fills are from the price. */
export interface Friction {
  /** A fill is so much worse than the price, bps of it. */
  readonly slippageBps: number
  /** Whole, at the price, without fee, slippage or limit, to 18 decimals: the setting of comparisons between implementations. */
  readonly frictionless: boolean
}

export interface Execution {
  readonly price: DecimalString
  readonly quantity: DecimalString
  /** Quote units. */
  readonly notional: Exact
  /** Quote units. */
  readonly fee: DecimalString
}

/** Fees are counted to so many decimals, rounded up: finer than any quote asset's own. */
const FEE_DECIMALS = 18

/** What a price makes of an order, or why it cannot be executed there (its limit). `quantity` is capped by what is held for a sell. */
export function executeAtPrice(
  order: SimulatedOrder,
  price: DecimalString,
  held: DecimalString,
  instrument: Instrument,
  friction: Friction,
): Execution | { readonly beyondLimit: DecimalString } {
  const { frictionless } = friction
  const buys = order.side === 'buy'
  const slippage = frictionless ? 0 : friction.slippageBps / 10_000
  const slipped = new Exact(price).mul(new Exact(1).plus(buys ? slippage : -slippage))
  const beyond = buys ? slipped.gt(order.limitPrice) : slipped.lt(order.limitPrice)
  if (!frictionless && beyond) return { beyondLimit: decimalFrom(slipped) }

  const feeRate = new Exact(frictionless ? 0 : instrument.fees.takerBps).div(10_000)
  const step = frictionless ? FRICTIONLESS_SIZING.quantityStep : instrument.sizing.quantityStep
  const quantity = quantityOf(order, slipped.mul(feeRate.plus(1)), held, step)
  const notional = slipped.mul(quantity)
  const fee = notional.mul(feeRate).toDecimalPlaces(FEE_DECIMALS, Exact.ROUND_UP)
  return { price: decimalFrom(slipped), quantity, notional, fee: decimalFrom(fee) }
}

function quantityOf(order: SimulatedOrder, unitCost: Exact, held: DecimalString, step: DecimalString): DecimalString {
  if (order.side === 'sell') return decimalFrom(Exact.min(order.quantity, held))
  if (order.spend === null) return order.quantity
  return roundQuantity(decimalFrom(new Exact(order.spend).div(unitCost)), step)
}
