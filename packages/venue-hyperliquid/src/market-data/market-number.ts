import type { DecimalString } from '@portolan/core'
import { parseDecimal } from '@portolan/core'

/**
 * A price or size as market data carry it. The venue's have at most 5 significant figures (or are integers) and 8 decimals; what is far beyond that is no
 * price but an accident, and would be a bar's high for good.
 */
const MARKET_NUMBER = /^\d{1,15}(?:\.\d{1,12})?$/
const ANY_DIGIT_BUT_ZERO = /[1-9]/

/** Reads a price or size; `null` for anything but plain digits of a sane length, more than 0. */
export function readPrice(value: unknown): DecimalString | null {
  if (typeof value !== 'string' || !MARKET_NUMBER.test(value) || !ANY_DIGIT_BUT_ZERO.test(value)) return null
  return parseDecimal(value)
}

/** Whether a value is a time or id: a whole number from 0 on. A negative zero is none. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
}
