import { parseDecimal, VenueError } from '@portolan/core'
import { z } from 'zod'

/**
 * Checks an answer of the venue. Fields that are not read may be anything: the venue adds new ones without notice.
 * @throws {VenueError} `malformed-answer`, naming the request and the field.
 */
export function decode<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.map(String).join('.') || '(the whole answer)'
  throw new VenueError('malformed-answer', `${what}: field ${path}: ${issue?.message ?? 'not as expected'}`, {
    cause: result.error,
  })
}

/** An amount: the venue sends them as text, with or without trailing zeros. */
export const decimalText = z
  .string()
  .regex(/^-?\d{1,40}(\.\d{1,40})?$/, 'expected a decimal number as text')
  .transform((text) => parseDecimal(text))

/** A time in ms since the epoch. */
export const timeMs = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

/** An order id: an integer that may exceed 2^32; kept as text. */
export const orderIdText = z
  .number()
  .int()
  .nonnegative()
  .max(Number.MAX_SAFE_INTEGER)
  .transform((id) => String(id))

/** `B` is a buy (or the bid side), `A` a sell. */
export const sideLetter = z
  .enum(['B', 'A'])
  .transform((letter) => (letter === 'B' ? ('buy' as const) : ('sell' as const)))

/** An account. Lower-case afterwards. */
export const addressText = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address')
  .transform((text) => text.toLowerCase() as `0x${string}`)

/** A client order id as the venue echoes it; `null` and absence mean that there is none. */
export const cloidText = z
  .string()
  .regex(/^0x[0-9a-fA-F]{32}$/, 'expected a client order id')
  .transform((text) => text.toLowerCase())
  .nullish()
  .transform((cloid) => cloid ?? null)
