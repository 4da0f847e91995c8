import { VenueError } from '@portolan/core'
import { getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit'
import { z } from 'zod'
import { addressText, height, transactionMeta } from '../rpc/rpc-shapes.ts'

/** A key as `json` (text) or `jsonParsed` (an object) lists it. */
const accountKey = z.union([addressText, z.object({ pubkey: addressText }).transform(({ pubkey }) => pubkey)])

const encoded = z
  .tuple([z.string(), z.literal('base64')])
  .transform(([wire]) => ({ signatures: null, staticKeys: staticKeysOf(wire) }))

const asJson = z
  .object({ signatures: z.array(z.string()).min(1), message: z.object({ accountKeys: z.array(accountKey).min(1) }) })
  .transform(({ signatures, message }) => ({ signatures, staticKeys: message.accountKeys }))

/** What `getTransaction` answers with, in the encodings `json`, `jsonParsed` and `base64`. `null`: not known (yet). */
export const landedTransaction = z
  .object({
    slot: height,
    blockTime: z.number().int().nullish(),
    meta: transactionMeta,
    transaction: z.union([encoded, asJson]),
  })
  .nullable()

/** A transaction that is in a block, executed or failed. */
export type LandedTransaction = NonNullable<z.output<typeof landedTransaction>>

/** Every account that it names, in the order in which balances are listed: its own keys, then those of lookup tables. */
export function accountKeysOf({ transaction, meta }: LandedTransaction): readonly string[] {
  const { staticKeys } = transaction
  const loaded = meta.loadedAddresses
  const all = loaded ? [...staticKeys, ...loaded.writable, ...loaded.readonly] : staticKeys
  // `jsonParsed` lists the loaded ones among the keys already.
  if (staticKeys.length === meta.preBalances.length) return staticKeys
  if (all.length === meta.preBalances.length && all.length === meta.postBalances.length) return all
  throw new VenueError('malformed-answer', 'a transaction lists more or fewer balances than accounts')
}

function staticKeysOf(wire: string): readonly string[] {
  const { messageBytes } = getTransactionDecoder().decode(Uint8Array.from(Buffer.from(wire, 'base64')))
  return getCompiledTransactionMessageDecoder().decode(messageBytes).staticAccounts
}
