import { Decimal } from 'decimal.js'

declare const decimalBrand: unique symbol

/**
 * An exact decimal as text, e.g. `"0.00012"` or `"-15"`: no exponent, no leading `+`, no trailing zeros, never NaN or infinite.
 * Every amount at the edge to a venue and in the ledger is one.
 */
export type DecimalString = string & { readonly [decimalBrand]: true }

/** The arithmetic behind {@link DecimalString}: 40 significant digits, half-even, plain notation. */
export const Exact = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
})

/** A value of {@link Exact}. */
export type Exact = Decimal

const DECIMAL_TEXT = /^-?\d{1,40}(\.\d{1,40})?$/

/** Thrown when a value that should be an amount is none. */
export class InvalidDecimalError extends Error {
  override readonly name = 'InvalidDecimalError'
  readonly value: unknown
  constructor(value: unknown) {
    super(
      `${JSON.stringify(String(value)).slice(0, 60)} is not a decimal amount: plain digits with an optional fraction are expected`,
    )
    this.value = value
  }
}

/**
 * Reads an amount as it comes from outside (a venue, a config, a database). Exponents, NaN, infinities, blanks and more than 40 digits on a side are refused.
 * @throws {InvalidDecimalError}
 */
export function parseDecimal(value: string | bigint): DecimalString {
  const text = typeof value === 'bigint' ? value.toString() : value
  if (!DECIMAL_TEXT.test(text)) throw new InvalidDecimalError(value)
  return canonical(text)
}

/** Turns a number that the PM computed into an amount, by its shortest decimal text. @throws {InvalidDecimalError} when it is not finite. */
export function decimalFromNumber(value: number): DecimalString {
  if (!Number.isFinite(value)) throw new InvalidDecimalError(value)
  return decimalFrom(new Exact(value))
}

/** Decimals that an amount has at most: as many as {@link parseDecimal} reads. */
const MOST_DECIMALS = 40

/**
 * Turns a result of {@link Exact} arithmetic into text. A quotient of small amounts can have more decimals than any amount may: it is rounded to 40, half-even.
 * @throws {InvalidDecimalError} when it is not finite.
 */
export function decimalFrom(value: Decimal): DecimalString {
  if (!value.isFinite()) throw new InvalidDecimalError(value)
  const amount = value.decimalPlaces() > MOST_DECIMALS ? new Exact(value).toDecimalPlaces(MOST_DECIMALS) : value
  return (amount.isZero() ? '0' : amount.toFixed()) as DecimalString
}

/** Amount to floating point, for signals and display only. */
export function toNumber(value: DecimalString): number {
  return Number(value)
}

/** The amount 0. */
export const ZERO = '0' as DecimalString

function canonical(text: string): DecimalString {
  const negative = text.startsWith('-')
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.')
  const digits = whole.replace(/^0+(?=\d)/, '')
  const rest = fraction.replace(/0+$/, '')
  const magnitude = rest === '' ? digits : `${digits}.${rest}`
  return (negative && magnitude !== '0' ? `-${magnitude}` : magnitude) as DecimalString
}
