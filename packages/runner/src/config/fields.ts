import type { DecimalString, VenueKey } from '@portolan/core'
import { decimalFromNumber, InvalidDecimalError, instrumentId, parseDecimal, parseVenueKey } from '@portolan/core'
import { z } from 'zod'
import { suggestion } from './suggest.ts'

/** One of some words, naming them and the nearest when another is given. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: ({ input }) =>
      `expected one of ${words.join(', ')}${typeof input === 'string' ? `, got "${input}"${suggestion(input, words)}` : ''}`,
  })
}

/** Of a config entry. */
export const label = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'a label has lower-case letters, digits, - and _ only')

/** `token_chain/book_id`. */
export const key = z.string().transform((text, context): VenueKey => {
  try {
    return parseVenueKey(text)
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no venue key: expected token_chain/book_id` })
    return z.NEVER
  }
})

/** A venue's own name of what is traded. */
export const token = z.string().trim().min(1, 'is empty').transform(instrumentId)

/** An exact amount above 0, as a number or as text. */
export const usd = z
  .union([z.number(), z.string()], { error: 'expected an amount above 0' })
  .transform((value, context): DecimalString => {
    try {
      const amount = typeof value === 'number' ? decimalFromNumber(value) : parseDecimal(value)
      if (Number(amount) > 0) return amount
    } catch (error) {
      if (!(error instanceof InvalidDecimalError)) throw error
    }
    context.addIssue({ code: 'custom', message: `expected an amount above 0, got ${JSON.stringify(value)}` })
    return z.NEVER
  })
