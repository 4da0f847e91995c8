import type { DecimalString } from '../amounts/decimal-string.ts'
import { decimalFrom, decimalFromNumber } from '../amounts/decimal-string.ts'
import type { SizingConstraints } from '../contract/sizing-constraints.ts'
import { checkMinimums } from './check-minimums.ts'
import { isDust } from './dust.ts'
import type { OrderPrices } from './order-prices.ts'
import { floorToStep } from './round-quantity.ts'
import type { SizingResult, SizingSkipReason } from './sizing-result.ts'
import type { SizingStep } from './sizing-step.ts'
import { sizingStep } from './sizing-step.ts'
import type { Wide as WideValue } from './wide-decimal.ts'
import { Wide } from './wide-decimal.ts'

/** Sizes a sell of a share of what is held. The rules are those of `sizeOrder`. */
export function sizeSell(
  intent: { readonly sizeFrac: number; readonly reduceOnly: boolean },
  heldQuantity: DecimalString,
  prices: OrderPrices,
  constraints: SizingConstraints,
  priceSteps: readonly SizingStep[],
): SizingResult {
  const steps: SizingStep[] = [...priceSteps]
  const skip = (reason: SizingSkipReason, message: string): SizingResult => ({ kind: 'skip', reason, message, steps })

  const held = new Wide(heldQuantity)
  if (held.lte(0)) return skip('nothing-held', `There is nothing to sell (quantity ${heldQuantity}).`)
  const share = new Wide(decimalFromNumber(intent.sizeFrac))
  if (share.lte(0)) return skip('zero-quantity', 'The intent asks for nothing.')

  const sellable = floorToStep(held, constraints.quantityStep)
  const wanted = boundWanted(share, held, sellable, prices, constraints, steps)
  const quantity = boundMaximums(wanted, prices, constraints, steps)
  if (quantity.isZero()) {
    return skip('zero-quantity', `Of ${heldQuantity} held, nothing is left at a step of ${constraints.quantityStep}.`)
  }

  const closesPosition = quantity.eq(sellable)
  if (!(closesPosition && intent.reduceOnly && constraints.closeExemptFromMinimums)) {
    const price = closesPosition ? prices.reference : Wide.min(prices.limit, prices.reference)
    const refusal = checkMinimums(quantity, quantity.mul(price), constraints, steps)
    if (refusal !== null) return { ...refusal, steps }
  }
  return {
    kind: 'order',
    quantity: decimalFrom(quantity),
    spend: null,
    limitPrice: decimalFrom(prices.limit),
    closesPosition,
    steps,
  }
}

/** The share of what is held, rounded down to the step; all of it when the rest would be dust. */
function boundWanted(
  share: WideValue,
  held: WideValue,
  sellable: WideValue,
  prices: OrderPrices,
  constraints: SizingConstraints,
  steps: SizingStep[],
): WideValue {
  const asked = held.mul(share)
  const raw = Wide.min(asked, held)
  if (asked.gt(held))
    steps.push(sizingStep('quantity', 'held', asked, held, `no more than is held (${held.toFixed()})`))
  const rounded = floorToStep(raw, constraints.quantityStep)
  const note = `multiples of ${constraints.quantityStep}, rounded down`
  steps.push(sizingStep('quantity', 'quantity-step', raw, rounded, note))
  const rest = held.minus(rounded)
  if (
    rounded.isZero() ||
    rounded.eq(sellable) ||
    !isDust(decimalFrom(rest), decimalFrom(prices.reference), constraints)
  ) {
    return rounded
  }
  steps.push(
    sizingStep('quantity', 'dust-rule', rounded, sellable, `the rest of ${rest.toFixed()} would be dust: all is sold`),
  )
  return sellable
}

function boundMaximums(
  wanted: WideValue,
  prices: OrderPrices,
  constraints: SizingConstraints,
  steps: SizingStep[],
): WideValue {
  let most = wanted
  if (constraints.maxQuantity !== null && most.gt(constraints.maxQuantity)) {
    const bounded = floorToStep(new Wide(constraints.maxQuantity), constraints.quantityStep)
    steps.push(sizingStep('quantity', 'max-quantity', most, bounded, `at most ${constraints.maxQuantity}`))
    most = bounded
  }
  if (constraints.maxNotional !== null) {
    const dearest = Wide.max(prices.limit, prices.reference)
    const bounded = floorToStep(new Wide(constraints.maxNotional).div(dearest), constraints.quantityStep)
    if (bounded.lt(most)) {
      steps.push(sizingStep('quantity', 'max-notional', most, bounded, `at most ${constraints.maxNotional} in value`))
      most = bounded
    }
  }
  return most
}
