import type { DecimalString } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import { z } from 'zod'

/** As JSON writes numbers, and as some services write them as text. */
const NUMBER = /^-?\d{1,40}(\.\d{1,60})?([eE][+-]?\d{1,3})?$/

/** No token is worth less or more, in USD. */
const SMALLEST = new Exact('1e-18')
const LARGEST = new Exact('1e15')
/** More digits than a float has: whatever was meant is kept. */
const DIGITS = 20

/** A number of {@link parseExactJson}. */
const numberText = z.string().regex(NUMBER, 'expected a number')

/** A price or an amount of money above 0, exact. */
export const positiveDecimal = numberText
  .transform((text) => new Exact(text))
  .refine((value) => value.gte(SMALLEST) && value.lte(LARGEST), 'expected a number above 0')
  .transform((value): DecimalString => decimalFrom(value.toSignificantDigits(DIGITS)))

/** An amount of money from 0 on, for comparisons only. */
export const approximateUsd = numberText.transform(Number).pipe(z.number().nonnegative().max(1e18))

/** A whole number from 0 on: a slot, a count of decimals, seconds. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a whole number')
  .transform(Number)
