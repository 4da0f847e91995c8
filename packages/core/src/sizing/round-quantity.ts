import type { DecimalString } from '../amounts/decimal-string.ts'
import { decimalFrom } from '../amounts/decimal-string.ts'
import type { Wide as WideValue } from './wide-decimal.ts'
import { Wide } from './wide-decimal.ts'

/** The largest multiple of `step` that is not above a non-negative `quantity`. @throws {RangeError} when the step is not positive. */
export function roundQuantity(quantity: DecimalString, step: DecimalString): DecimalString {
  return decimalFrom(floorToStep(new Wide(quantity), step))
}

/** {@link roundQuantity} within a calculation. */
export function floorToStep(value: WideValue, step: DecimalString): WideValue {
  const width = new Wide(step)
  if (!width.isPositive() || width.isZero()) throw new RangeError(`a step must be positive, got "${step}"`)
  return value.div(width).floor().mul(width)
}
