import { z } from 'zod'

/** A u64 as JSON carries it: a number, a bigint where it is too large for one, or decimal text. */
export const u64 = z
  .union([z.number().int().nonnegative(), z.bigint().nonnegative(), z.string().regex(/^\d{1,20}$/)])
  .transform((value) => BigInt(value))

/** A slot or block height: small enough for a number for some million years. */
export const height = z.number().int().nonnegative()

/** An address in base58. */
export const addressText = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/)

/** What `context`-carrying methods wrap their value in. */
export const inContext = <T extends z.ZodType>(value: T) => z.object({ context: z.object({ slot: height }), value })

/** Account data in base64, decoded. */
const accountData = z
  .tuple([z.string(), z.literal('base64')])
  .transform(([text]) => Uint8Array.from(Buffer.from(text, 'base64')))

/** An account as `encoding: 'base64'` gives it; `null` where there is none. */
export const accountShape = z.object({ lamports: u64, owner: addressText, data: accountData }).nullable()

/** An account of the chain. */
export type ChainAccount = NonNullable<z.output<typeof accountShape>>

/** Why a transaction failed, as the runtime says it: a word or an object. */
export const transactionError = z.union([z.string(), z.record(z.string(), z.unknown())])
export type TransactionError = z.output<typeof transactionError>

export const signatureStatuses = inContext(
  z.array(
    z
      .object({
        slot: height,
        err: transactionError.nullable(),
        confirmationStatus: z.enum(['processed', 'confirmed', 'finalized']).nullish(),
      })
      .nullable(),
  ),
)

export const latestBlockhash = inContext(z.object({ blockhash: addressText, lastValidBlockHeight: height }))

export const simulation = inContext(
  z.object({
    err: transactionError.nullable(),
    logs: z.array(z.string()).nullish(),
    unitsConsumed: u64.nullish(),
    accounts: z.array(accountShape).nullish(),
  }),
)

const tokenBalance = z.object({
  accountIndex: z.number().int().nonnegative(),
  mint: addressText,
  owner: addressText.nullish(),
  uiTokenAmount: z.object({ amount: u64, decimals: z.number().int().nonnegative() }),
})

/** `meta` of a transaction, of which only what fills need is read. */
export const transactionMeta = z.object({
  err: transactionError.nullable(),
  fee: u64,
  preBalances: z.array(u64),
  postBalances: z.array(u64),
  preTokenBalances: z.array(tokenBalance).nullish(),
  postTokenBalances: z.array(tokenBalance).nullish(),
  logMessages: z.array(z.string()).nullish(),
  loadedAddresses: z.object({ writable: z.array(addressText), readonly: z.array(addressText) }).nullish(),
})

export const signatureList = z.array(
  z.object({
    signature: z.string().min(64).max(90),
    slot: height,
    err: transactionError.nullable(),
    blockTime: z.number().int().nullish(),
  }),
)
export type SignatureEntry = z.output<typeof signatureList>[number]
