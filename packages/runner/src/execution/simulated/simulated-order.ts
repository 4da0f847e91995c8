import type { DecimalString, JsonValue, OrderRequest, SealedOrder } from '@portolan/core'
import { InvalidDecimalError, instrumentId, parseDecimal, VenueError } from '@portolan/core'
import { z } from 'zod'

/** An amount in saved JSON. */
export const decimalSchema = z.string().transform((text, context): DecimalString => {
  try {
    return parseDecimal(text)
  } catch (error) {
    if (!(error instanceof InvalidDecimalError)) throw error
    context.issues.push({ code: 'custom', message: error.message, input: text })
    return z.NEVER
  }
})

/** An order as the simulated exchange keeps it. */
export const simulatedOrderSchema = z.object({
  /** {@link SealedOrder.id}. */
  id: z.string(),
  /** The exchange's own id. */
  orderId: z.string(),
  instrument: z.string().transform(instrumentId),
  side: z.enum(['buy', 'sell']),
  quantity: decimalSchema,
  spend: decimalSchema.nullable(),
  limitPrice: decimalSchema,
  reduceOnly: z.boolean(),
  /** ms. */
  preparedAt: z.number(),
})
export type SimulatedOrder = z.output<typeof simulatedOrderSchema>

/** Makes the order that a request asks for. Its ids follow from the intent, so that a second try is the same order. */
export function simulatedOrder(request: OrderRequest, preparedAt: number): SimulatedOrder {
  const { intentId, instrument, side, quantity, spend, limitPrice, reduceOnly } = request
  return {
    id: `sim-${intentId}`,
    orderId: intentId,
    instrument,
    side,
    quantity,
    spend,
    limitPrice,
    reduceOnly,
    preparedAt,
  }
}

/** Seals an order: what a store keeps and `submit` takes. */
export function sealOrder(order: SimulatedOrder): SealedOrder {
  return { id: order.id, instrument: order.instrument, expiresAt: null, payload: { ...order } satisfies JsonValue }
}

/** Reads a sealed order. @throws {VenueError} `refused` when it was sealed by something else. */
export function unsealOrder(sealed: SealedOrder): SimulatedOrder {
  const parsed = simulatedOrderSchema.safeParse(sealed.payload)
  if (parsed.success && parsed.data.id === sealed.id) return parsed.data
  throw new VenueError('refused', `order ${sealed.id} was not prepared by the simulated exchange`, {
    cause: parsed.error,
  })
}
