import { TIMEFRAMES, venueKey } from '@portolan/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { z } from 'zod'

type AnyFunction = (...parameters: never[]) => unknown

const anyFunction = z.custom<AnyFunction>((value) => typeof value === 'function', { error: 'expected a function' })

const standardSchema = z.custom<StandardSchemaV1>(isStandardSchema, {
  error: 'expected a Standard Schema, e.g. of zod, valibot or arktype',
})

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected a short name in lower case')

const roles = z.array(z.enum(['data', 'execution'])).min(1)

/** Loose: a newer package may declare capabilities that this runner does not know yet. */
export const capabilitiesSchema = z.looseObject({
  roles: roles.optional(),
  trades: z.boolean().optional(),
  bars: z.array(z.enum(TIMEFRAMES)).optional(),
  history: z.array(z.enum(TIMEFRAMES)).optional(),
  hours: z.enum(['24/7', 'sessions']).optional(),
  cancel: z.boolean().optional(),
  reduceOnly: z.boolean().optional(),
  leverage: z.boolean().optional(),
  signature: z.enum(['secp256k1', 'ed25519']).nullable().optional(),
  simulator: z.boolean().optional(),
})

/** What a venue definition must look like at runtime: packages may be written in JavaScript, or against another core. */
export const definitionSchema = z.looseObject({
  name,
  key: z
    .looseObject({ tokenChain: z.string(), bookId: z.string() })
    .refine(isVenueKey, 'is no venue key: expected a token chain and a book id'),
  capabilities: capabilitiesSchema,
  options: standardSchema,
  network: anyFunction.optional(),
  offlineInstruments: anyFunction.optional(),
  create: anyFunction,
})

/** The same for a simulator's definition. */
export const simulatorSchema = z.looseObject({ name, options: standardSchema, start: anyFunction })

function isVenueKey(parts: { readonly tokenChain: string; readonly bookId: string }): boolean {
  try {
    venueKey(parts)
    return true
  } catch {
    return false
  }
}

function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false
  const standard = value['~standard']
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  )
}
