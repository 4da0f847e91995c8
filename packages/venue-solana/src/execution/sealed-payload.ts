import type { SealedOrder } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { z } from 'zod'

const units = z.string().regex(/^\d{1,20}$/)
const token = z.object({ mint: z.string(), decimals: z.number().int().min(0).max(30), program: z.string() })

const payloadShape = z.object({
  format: z.literal(1),
  /** Where and for which wallet it was signed: asking elsewhere would call a live transaction unknown. */
  network: z.enum(['mainnet', 'simulator']),
  wallet: z.string(),
  mode: z.enum(['build', 'order']),
  /** The signed transaction, base64: what is sent, byte for byte. */
  wire: z.string().min(1),
  signature: z.string().min(64),
  blockhash: z.string(),
  /** The last block height at which it can land. */
  lastValidBlockHeight: z.number().int().positive(),
  /** The slot as of which the blockhash was read: it cannot have landed before. */
  slot: z.number().int().nonnegative(),
  side: z.enum(['buy', 'sell']),
  base: token,
  quote: token,
  /** Base units. */
  amountIn: units,
  /** Base units. */
  minimumOut: units,
  /** Lamports for a landing service. */
  tipLamports: units,
  priority: z.enum(['exit', 'normal']),
  /** By which Jupiter knows it; `null` for `build`. */
  requestId: z.string().nullable(),
  /** USD for a SOL when it was signed: values the fees. `null` when nobody could tell. */
  solUsd: z.string().nullable(),
})

/** What {@link SealedOrder.payload} holds for this venue. */
export type SealedPayload = z.output<typeof payloadShape>

/** Reads back what `prepare` sealed. @throws {VenueError} `misconfigured` for another format or network. */
export function readPayload(order: SealedOrder, network: string): SealedPayload {
  const read = payloadShape.safeParse(order.payload)
  if (!read.success || read.data.signature !== order.id) {
    throw new VenueError('misconfigured', `order ${order.id} was not sealed by this version of the adapter`, {
      cause: read.error,
    })
  }
  if (read.data.network !== network) {
    throw new VenueError(
      'misconfigured',
      `order ${order.id} was signed for ${read.data.network}, but this entry is on ${network}: look it up with the former configuration`,
    )
  }
  return read.data
}
