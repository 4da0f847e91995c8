import type { DecimalString } from '../amounts/decimal-string.ts'
import { decimalFrom, Exact } from '../amounts/decimal-string.ts'
import type { PriceRule } from '../contract/sizing-constraints.ts'
import type { Wide as WideValue } from './wide-decimal.ts'
import { Wide } from './wide-decimal.ts'

/** `nearest` rounds half to even. */
export type PriceRounding = 'down' | 'up' | 'nearest'

/**
 * Rounds a price to one that the rule allows, in one step and exactly. The result is `0` when no allowed price lies between 0 and the price and the
 * rounding goes down. Rounding an allowed price changes nothing.
 * @throws {RangeError} when the price is negative or the rule's tick is not positive.
 */
export function roundPrice(price: DecimalString, rule: PriceRule, rounding: PriceRounding): DecimalString {
  const value = new Wide(price)
  if (value.isNegative() && !value.isZero()) throw new RangeError(`a price is not negative, got "${price}"`)
  const increment = priceIncrement(value, rule)
  if (increment === null) return price
  const units = value.div(increment)
  return decimalFrom(units.toDecimalPlaces(0, MODES[rounding]).mul(increment))
}

/** Whether an order may carry this price. */
export function isAllowedPrice(price: DecimalString, rule: PriceRule): boolean {
  return roundPrice(price, rule, 'down') === price
}

/** The rule in words, for explanations. */
export function describePriceRule(rule: PriceRule): string {
  switch (rule.kind) {
    case 'any':
      return 'any price'
    case 'tick':
      return `tick ${rule.tick}`
    case 'significant-figures':
      return `at most ${rule.figures} significant figures and ${rule.maxDecimals} decimals${
        rule.integersAlways ? ', or an integer' : ''
      }`
  }
}

const MODES = { down: Exact.ROUND_DOWN, up: Exact.ROUND_UP, nearest: Exact.ROUND_HALF_EVEN } as const

/**
 * The distance between neighbouring allowed prices around this one. A power of ten above is a multiple of it, so that rounding up into the next decade
 * (9.99996 -> 10) lands on that decade's coarser grid too.
 */
function priceIncrement(price: WideValue, rule: PriceRule): WideValue | null {
  switch (rule.kind) {
    case 'any':
      return null
    case 'tick': {
      const tick = new Wide(rule.tick)
      if (!tick.isPositive() || tick.isZero()) throw new RangeError(`a tick must be positive, got "${rule.tick}"`)
      return tick
    }
    case 'significant-figures': {
      const byDecimals = -rule.maxDecimals
      const byFigures = price.isZero() ? byDecimals : price.e - rule.figures + 1
      const exponent = Math.max(byDecimals, byFigures)
      return new Wide(10).pow(rule.integersAlways ? Math.min(exponent, 0) : exponent)
    }
  }
}
