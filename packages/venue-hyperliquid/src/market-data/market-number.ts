import type { DecimalString } from '@portolan/core'

/**
 * Prices and sizes as market data carry them. The venue's have at most 5 significant figures (or are integers) and 8 decimals; what is far beyond that is no
 * price but an accident, and would be a bar's high for good.
 */
const MOST_WHOLE = 15
const MOST_DECIMALS = 12

const ZERO_DIGIT = 48
const NINE_DIGIT = 57
const POINT = 46

/** Reads a price or size; `null` for anything but plain digits of a sane length, more than 0. */
export function readPrice(value: unknown): DecimalString | null {
  return typeof value === 'string' ? priceIn(value, 0, value.length) : null
}

/** Reads the price that a part of a text is. Written by hand, as it runs twice for every trade of the market. */
export function priceIn(text: string, start: number, end: number): DecimalString | null {
  let point = -1
  let first = -1
  let last = -1
  for (let i = start; i < end; i += 1) {
    const code = text.charCodeAt(i)
    if (code === POINT) {
      if (point !== -1) return null
      point = i
    } else if (code < ZERO_DIGIT || code > NINE_DIGIT) return null
    else if (code !== ZERO_DIGIT) {
      if (first === -1) first = i
      last = i
    }
  }
  const wholeEnd = point === -1 ? end : point
  const whole = wholeEnd - start
  const decimals = point === -1 ? 0 : end - point - 1
  if (first === -1 || whole < 1 || whole > MOST_WHOLE || decimals > MOST_DECIMALS) return null
  if (point !== -1 && decimals === 0) return null
  // No zeros before the first digit but one before the point, none at the end of the decimals.
  const from = first < wholeEnd ? first : wholeEnd - 1
  const to = last < wholeEnd ? wholeEnd : last + 1
  return text.slice(from, to) as DecimalString
}

/** Whether a value is a time or id: a whole number from 0 on. A negative zero is none. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
}
