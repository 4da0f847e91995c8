import type { SealedOrder } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { z } from 'zod'

const payloadShape = z.object({
  format: z.literal(1),
  /** Where and for which account it was signed: asking elsewhere would call a live order unknown. */
  network: z.enum(['mainnet', 'testnet', 'simulator']),
  account: z.string(),
  asset: z.number().int().nonnegative(),
  /** Base units, as sent. */
  quantity: z.string(),
  reduceOnly: z.boolean(),
  priority: z.enum(['exit', 'normal']),
  /** ms; also the time it was signed, but for the steps that keep nonces apart. */
  nonce: z.number().int(),
  /** ms. */
  expiresAfter: z.number().int(),
  /**
   * The signed envelope, as the text that is sent. Text, because the signature covers the order of keys, which a database that stores
   * JSON by value does not keep.
   */
  body: z.string(),
})

/** What {@link SealedOrder.payload} holds for this venue. */
export type SealedPayload = z.output<typeof payloadShape>

/** Reads back what `prepare` sealed. @throws {VenueError} `misconfigured` for another format or network. */
export function readPayload(order: SealedOrder, network: string): SealedPayload {
  const read = payloadShape.safeParse(order.payload)
  if (!read.success) {
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
