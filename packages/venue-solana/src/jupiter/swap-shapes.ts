import { z } from 'zod'
import { addressText, u64 } from '../rpc/rpc-shapes.ts'

/** A number, or the text of one. */
const numeric = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?(e-?\d+)?$/i)]).transform(Number)

/** Fields of a quote, common to `/order` and `/build`. Source: Jupiter's Swap V2 reference. */
const quote = {
  inputMint: addressText,
  outputMint: addressText,
  /** Base units. */
  inAmount: u64,
  /** Base units that are expected to arrive. */
  outAmount: u64,
  swapMode: z.literal('ExactIn'),
  slippageBps: z.number().int().min(0).max(10_000),
  /** Percentage points, negative when it costs. */
  priceImpact: numeric.nullish(),
  /** The same as a ratio; deprecated, and the only one in older answers. */
  priceImpactPct: numeric.nullish(),
} as const

export const quoteShape = z.object(quote)
/** A quote, without a transaction. */
export type Quote = z.output<typeof quoteShape>

const instruction = z.object({
  programId: addressText,
  accounts: z.array(z.object({ pubkey: addressText, isSigner: z.boolean(), isWritable: z.boolean() })),
  data: z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
})
/** An instruction as Jupiter writes it. */
export type JupiterInstruction = z.output<typeof instruction>

/** Answer of `GET /swap/v2/build`. */
export const buildShape = z.object({
  ...quote,
  computeBudgetInstructions: z.array(instruction),
  setupInstructions: z.array(instruction),
  swapInstruction: instruction,
  cleanupInstruction: instruction.nullish(),
  otherInstructions: z.array(instruction).nullish(),
  tipInstruction: instruction.nullish(),
  addressesByLookupTableAddress: z.record(addressText, z.array(addressText)).nullish(),
})
export type BuildAnswer = z.output<typeof buildShape>

/** Answer of `GET /swap/v2/order`. */
export const orderShape = z.object({
  ...quote,
  transaction: z.string().nullish(),
  signatureFeePayer: addressText.nullish(),
  prioritizationFeePayer: addressText.nullish(),
  lastValidBlockHeight: numeric.nullish(),
  requestId: z.string().min(1),
  router: z.string().nullish(),
  gasless: z.boolean().nullish(),
  errorCode: z.union([z.number(), z.string()]).nullish(),
  errorMessage: z.string().nullish(),
  error: z.string().nullish(),
})
export type OrderAnswer = z.output<typeof orderShape>

/** Answer of `POST /swap/v2/execute`. Its amounts are not read: a failed one carries some too. */
export const executeShape = z.object({
  /** Absent where the request itself was refused. */
  status: z.enum(['Success', 'Failed']).nullish(),
  code: z.number().int(),
  signature: z.string().nullish(),
  error: z.string().nullish(),
})
export type ExecuteAnswer = z.output<typeof executeShape>
