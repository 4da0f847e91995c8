import type { DecimalString } from '../../amounts/decimal-string.ts'
import { decimalFrom, Exact } from '../../amounts/decimal-string.ts'

/** Wide enough that a product of two amounts is exact and its quotient still tells which remainder is the largest. */
const Wide = Exact.clone({ precision: 200 })

/**
 * Splits an amount in proportion to weights, exactly: the shares add up to the amount to the last digit, and each is the exact share rounded to as many
 * decimals as the amount or the finest weight has. What rounding leaves goes, unit by unit, to the shares that lost most by it (the earlier of equals).
 * So an amount that is the sum of the weights gives the weights, and no share of less than the sum exceeds its weight.
 * @throws {RangeError} when a weight is negative or all of them are 0.
 */
export function allocate(amount: DecimalString, weights: readonly DecimalString[]): readonly DecimalString[] {
  const parts = weights.map((weight) => new Wide(weight))
  const total = parts.reduce((sum, part) => sum.plus(part), new Wide(0))
  if (parts.some((part) => part.isNegative() && !part.isZero()) || !total.gt(0)) {
    throw new RangeError(`weights must be at least 0 and not all 0, got ${weights.join(', ') || 'none'}`)
  }
  const whole = new Wide(amount)
  const decimals = Math.max(whole.decimalPlaces(), ...parts.map((part) => part.decimalPlaces()))
  const exact = parts.map((part) => whole.abs().mul(part).div(total))
  const floors = exact.map((share) => share.toDecimalPlaces(decimals, Wide.ROUND_DOWN))
  const unit = new Wide(10).pow(-decimals)
  const left = floors
    .reduce((rest, share) => rest.minus(share), whole.abs())
    .div(unit)
    .toNumber()
  const byLoss = exact
    .map((share, index) => ({ index, lost: share.minus(floors[index] ?? 0) }))
    .sort((a, b) => b.lost.comparedTo(a.lost) || a.index - b.index)
  const lucky = new Set(byLoss.slice(0, left).map(({ index }) => index))
  return floors.map((share, index) => {
    const size = lucky.has(index) ? share.plus(unit) : share
    return decimalFrom(whole.isNegative() ? size.neg() : size)
  })
}
