import type { Fill, JsonValue, Outcome } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { z } from 'zod'
import { decimalSchema, simulatedOrderSchema } from './simulated-order.ts'

const fillSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  sealedId: z.string(),
  instrument: z.string().transform(instrumentId),
  side: z.enum(['buy', 'sell']),
  price: decimalSchema,
  quantity: decimalSchema,
  fee: z.object({ in: z.literal('quote'), amount: decimalSchema }),
  at: z.number(),
}) satisfies z.ZodType<Fill, unknown>

const executed = {
  orderId: z.string(),
  filled: decimalSchema,
  averagePrice: decimalSchema,
  fills: z.array(fillSchema),
}
const endSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('filled'), ...executed }),
  z.object({ kind: z.literal('partial'), ...executed }),
  z.object({
    kind: z.literal('rejected'),
    reason: z.enum(['insufficient-funds', 'reduce-only', 'quantity-rule', 'instrument']),
    message: z.string(),
  }),
  z.object({ kind: z.literal('expired'), cause: z.literal('cancelled'), message: z.string() }),
]) satisfies z.ZodType<Outcome, unknown>
/** How an order ended. */
export type OrderEnd = z.output<typeof endSchema>

const stateSchema = z.object({
  version: z.literal(1),
  /** Quote units. */
  cash: decimalSchema,
  positions: z.array(
    z.object({ instrument: z.string().transform(instrumentId), quantity: decimalSchema, averageEntry: decimalSchema }),
  ),
  /** Oldest first. */
  waiting: z.array(z.object({ order: simulatedOrderSchema, acceptedAt: z.number() })),
  /** Oldest first. */
  ended: z.array(z.object({ id: z.string(), preparedAt: z.number(), end: endSchema })),
  /** Orders prepared at or before this time may have been forgotten; `null` when none was. */
  forgottenUntil: z.number().nullable(),
  /** Oldest first; the last one has the number `fillCount`. */
  fills: z.array(fillSchema),
  fillCount: z.number().int().nonnegative(),
})

/** All that a simulated exchange knows, as JSON. */
export type SimulatedExchangeState = z.output<typeof stateSchema>
export type SimulatedFill = SimulatedExchangeState['fills'][number]

/** What was saved cannot be read: nothing of it was used. */
class SimulatedExchangeStateError extends Error {
  override readonly name = 'SimulatedExchangeStateError'
}

/** Reads a saved state. @throws {SimulatedExchangeStateError} */
export function readSimulatedExchangeState(saved: JsonValue): SimulatedExchangeState {
  const parsed = stateSchema.safeParse(saved)
  if (parsed.success) return parsed.data
  throw new SimulatedExchangeStateError(
    `the saved state of the simulated exchange cannot be read:\n${z.prettifyError(parsed.error)}`,
    { cause: parsed.error },
  )
}
