import { decimalFrom, decimalFromNumber } from '../amounts/decimal-string.ts'
import type { SizingConstraints } from '../contract/sizing-constraints.ts'
import { checkMinimums } from './check-minimums.ts'
import type { OrderPrices } from './order-prices.ts'
import { floorToStep } from './round-quantity.ts'
import type { SizingFunds } from './sizing-request.ts'
import type { SizingResult, SizingSkipReason } from './sizing-result.ts'
import type { SizingStep } from './sizing-step.ts'
import { sizingStep } from './sizing-step.ts'
import type { Wide as WideValue } from './wide-decimal.ts'
import { Wide } from './wide-decimal.ts'

/** Sizes a buy of `notionalUsd` quote units. The rules are those of `sizeOrder`. */
export function sizeBuy(
  notionalUsd: number,
  prices: OrderPrices,
  constraints: SizingConstraints,
  funds: SizingFunds | null,
  priceSteps: readonly SizingStep[],
): SizingResult {
  const steps: SizingStep[] = [...priceSteps]
  const skip = (reason: SizingSkipReason, message: string): SizingResult => ({ kind: 'skip', reason, message, steps })

  const asked = new Wide(decimalFromNumber(notionalUsd))
  if (asked.lte(0)) return skip('zero-quantity', 'The intent asks for nothing.')
  const notional = boundNotional(asked, constraints, funds, steps)
  if (notional.lte(0)) return skip('no-funds', `The account has nothing to spend (${funds?.available ?? 0}).`)

  const spend = constraints.buyUnit === 'quote' ? roundSpend(notional, prices, constraints, steps) : null
  const raw = spend === null ? notional.div(prices.limit) : spend.div(prices.reference)
  const quantity = roundBought(raw, constraints, steps)
  if (quantity.isZero()) {
    const shown = raw.toSignificantDigits(12).toFixed()
    return skip('zero-quantity', `A quantity of ${shown} rounds down to 0 (step ${constraints.quantityStep}).`)
  }

  const surest = spend === null ? quantity : spend.div(Wide.max(prices.limit, prices.reference))
  const value = spend ?? quantity.mul(Wide.min(prices.limit, prices.reference))
  const refusal = checkMinimums(surest, value, constraints, steps)
  if (refusal !== null) return { ...refusal, steps }
  return {
    kind: 'order',
    quantity: decimalFrom(quantity),
    spend: spend === null ? null : decimalFrom(spend),
    limitPrice: decimalFrom(prices.limit),
    closesPosition: false,
    steps,
  }
}

function boundNotional(
  asked: WideValue,
  constraints: SizingConstraints,
  funds: SizingFunds | null,
  steps: SizingStep[],
): WideValue {
  let notional = asked
  if (funds !== null) {
    const leverage = Math.max(1, Math.min(funds.leverage ?? 1, constraints.maxLeverage))
    const feeRate = new Wide(Math.max(0, funds.takerBps)).div(10_000)
    const power = Wide.max(0, funds.available).mul(leverage)
    const most = power.div(feeRate.mul(leverage).plus(1))
    const note = `${funds.available} available at leverage ${leverage}, fee of ${funds.takerBps} bps kept back`
    if (most.lt(notional)) {
      steps.push(sizingStep('notional', 'funds', notional, most, note))
      notional = most
    }
  }
  if (constraints.maxNotional !== null && notional.gt(constraints.maxNotional)) {
    const most = new Wide(constraints.maxNotional)
    steps.push(sizingStep('notional', 'max-notional', notional, most, `at most ${constraints.maxNotional}`))
    notional = most
  }
  return notional
}

function roundSpend(
  notional: WideValue,
  prices: OrderPrices,
  constraints: SizingConstraints,
  steps: SizingStep[],
): WideValue {
  let most = notional
  if (constraints.maxQuantity !== null) {
    const value = new Wide(constraints.maxQuantity).mul(Wide.min(prices.limit, prices.reference))
    if (value.lt(most)) {
      steps.push(sizingStep('spend', 'max-quantity', most, value, `at most ${constraints.maxQuantity} base units`))
      most = value
    }
  }
  const spend = floorToStep(most, constraints.quoteStep)
  steps.push(sizingStep('spend', 'quote-step', most, spend, `multiples of ${constraints.quoteStep}, rounded down`))
  return spend
}

function roundBought(raw: WideValue, constraints: SizingConstraints, steps: SizingStep[]): WideValue {
  let most = raw
  if (constraints.maxQuantity !== null && most.gt(constraints.maxQuantity)) {
    most = new Wide(constraints.maxQuantity)
    steps.push(sizingStep('quantity', 'max-quantity', raw, most, `at most ${constraints.maxQuantity}`))
  }
  const quantity = floorToStep(most, constraints.quantityStep)
  const note = `multiples of ${constraints.quantityStep}, rounded down`
  steps.push(sizingStep('quantity', 'quantity-step', most, quantity, note))
  return quantity
}
