import type { DecimalString } from '@portolan/core'
import { parseDecimal } from '@portolan/core'
import { InvalidArgumentError } from 'commander'

/** A reader of numbers within bounds, for an option. `what` names them in the error. */
export function numberArgument(what: string, accepts: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || !accepts(value)) throw new InvalidArgumentError(`Expected ${what}.`)
    return value
  }
}

/** A score, in [0, 1]. */
export const scoreArgument = numberArgument('a number from 0 to 1', (value) => value >= 0 && value <= 1)

/** Basis points of a price. */
export const bpsArgument = numberArgument(
  'basis points, from 0 to below 10000',
  (value) => value >= 0 && value < 10_000,
)

/** 0 is any free port. */
export const portArgument = numberArgument(
  'a port from 0 to 65535',
  (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
)

/** A count of at least 1. */
export const countArgument = numberArgument(
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && value > 0,
)

/** An exact amount of USD above 0. */
export function usdArgument(text: string): DecimalString {
  try {
    const amount = parseDecimal(text.trim())
    if (Number(amount) > 0) return amount
  } catch {
    // Not a decimal: refused below.
  }
  throw new InvalidArgumentError('Expected an amount of USD above 0, e.g. 1000 or 250.50.')
}
