import type { DecimalString } from '../amounts/decimal-string.ts'
import { decimalFrom } from '../amounts/decimal-string.ts'
import type { Wide } from './wide-decimal.ts'

/** The limits that sizing knows; `dust-rule` is the one that makes an amount larger. */
export type SizingLimit =
  | 'price-rule'
  | 'quantity-step'
  | 'quote-step'
  | 'min-quantity'
  | 'min-notional'
  | 'max-quantity'
  | 'max-notional'
  | 'funds'
  | 'held'
  | 'dust-rule'

/** One line of the sizing arithmetic. JSON. */
export interface SizingStep {
  /** What was computed. `quantity` in base units, the others in quote units (per base for the limit price). */
  readonly amount: 'limitPrice' | 'quantity' | 'spend' | 'notional'
  readonly limit: SizingLimit
  readonly raw: DecimalString
  readonly rounded: DecimalString
  /** The limit changed the amount, or refused it. */
  readonly bound: boolean
  /** What the limit says, for a person. */
  readonly note: string
}

/** Digits kept of a raw amount that has no end (a quotient): for reading, never for arithmetic. */
const SHOWN_DIGITS = 30

/** Records one line; `bound` follows from the values unless told. */
export function sizingStep(
  amount: SizingStep['amount'],
  limit: SizingLimit,
  raw: Wide,
  rounded: Wide,
  note: string,
  bound = !raw.eq(rounded),
): SizingStep {
  return { amount, limit, raw: shown(raw), rounded: shown(rounded), bound, note }
}

function shown(value: Wide): DecimalString {
  return decimalFrom(value.precision() > SHOWN_DIGITS ? value.toSignificantDigits(SHOWN_DIGITS) : value)
}
