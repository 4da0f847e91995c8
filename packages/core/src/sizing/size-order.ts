import { decimalFrom } from '../amounts/decimal-string.ts'
import { describePriceRule, roundPrice } from './round-price.ts'
import { sizeBuy } from './size-buy.ts'
import { sizeSell } from './size-sell.ts'
import type { SizingRequest } from './sizing-request.ts'
import type { SizingResult } from './sizing-result.ts'
import type { SizingStep } from './sizing-step.ts'
import { sizingStep } from './sizing-step.ts'
import { Wide } from './wide-decimal.ts'

/**
 * Turns an intent into amounts that the venue accepts, exactly; the only place where an order is rounded.
 *
 * - Limit price: reference * (1 + slippage) rounded down for a buy, * (1 - slippage) rounded up for a sell: never worse than asked.
 * - A buy never costs more than asked even at its limit price (fee apart): quantity = notional / limit, rounded down to the step. With
 *   `buyUnit: 'quote'` the spend is rounded down to the quote step and the quantity is what is expected at the reference price.
 * - A sell never exceeds what is held. A trim that would leave dust ({@link isDust}) sells all; selling all is exact to the step.
 * - Minimums: a venue may count notional at the limit or at its market price, so entries and trims must reach it at the lower of limit and reference. An
 *   order that closes all is held to the reference price only, and to no minimum when reduce-only closes are exempt: an exit is rather tried than
 *   skipped. Maximums count at the higher of the two.
 *
 * @throws {RangeError} when the slippage is not within [0, 10,000) or a step of the constraints is not positive.
 * @throws {InvalidDecimalError} when the intent's amount is not finite.
 */
export function sizeOrder(request: SizingRequest): SizingResult {
  const { intent, constraints } = request
  const slippage = intent.maxSlippageBps
  if (!(slippage >= 0 && slippage < 10_000)) {
    throw new RangeError(`maxSlippageBps must be at least 0 and below 10000, got ${slippage}`)
  }
  const reference = new Wide(request.referencePrice)
  if (reference.lte(0)) {
    return {
      kind: 'skip',
      reason: 'no-price',
      message: `There is no price to size with (${request.referencePrice}).`,
      steps: [],
    }
  }

  const buys = intent.side === 'buy'
  const factor = new Wide(slippage)
    .div(10_000)
    .mul(buys ? 1 : -1)
    .plus(1)
  const rawLimit = reference.mul(factor)
  const limit = new Wide(roundPrice(decimalFrom(rawLimit), constraints.price, buys ? 'down' : 'up'))
  const rule = describePriceRule(constraints.price)
  const note = `${rule}; ${slippage} bps from ${request.referencePrice}, rounded ${buys ? 'down' : 'up'}`
  const steps: readonly SizingStep[] = [sizingStep('limitPrice', 'price-rule', rawLimit, limit, note)]
  if (limit.isZero()) {
    return {
      kind: 'skip',
      reason: 'no-price',
      message: `The limit price ${rawLimit.toFixed()} rounds to 0 (${rule}).`,
      steps,
    }
  }

  const prices = { reference, limit }
  return intent.side === 'buy'
    ? sizeBuy(intent.notionalUsd, prices, constraints, request.funds ?? null, steps)
    : sizeSell(intent, request.heldQuantity, prices, constraints, steps)
}
