import { z } from 'zod'

const bps = z.number().int().min(0).max(10_000)

/** A value for each urgency of an order. */
const perUrgency = <T extends z.ZodType>(
  value: T,
  defaults: Record<'low' | 'normal' | 'high' | 'critical', z.input<T>>,
) =>
  z
    .strictObject({
      low: value.prefault(defaults.low as never),
      normal: value.prefault(defaults.normal as never),
      high: value.prefault(defaults.high as never),
      critical: value.prefault(defaults.critical as never),
    })
    .prefault({} as never)

const percentile = z.union([z.enum(['medium', 'high', 'veryHigh']), z.number().int().min(0).max(10_000)])

/** SOL, up to 9 decimals. */
const solAmount = z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, 'expected an amount of SOL as text, e.g. "0.05"')

const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected an address in base58')

/** The option `execution`: how swaps are quoted, priced, checked and sent. */
export const executionOptions = z.strictObject({
  /**
   * `build`: Jupiter names the instructions, the adapter assembles, signs and broadcasts (no Jupiter fee, signature known before sending).
   * `order`: Jupiter builds and lands the transaction (`/order`, `/execute`); the wallet must be its fee payer.
   */
  mode: z.enum(['build', 'order']).default('build'),
  /** Tolerance between quote and execution. The order's limit price bounds it in any case. */
  slippageBps: perUrgency(bps, { low: 30, normal: 50, high: 100, critical: 500 }),
  /** A quote that moves the market more than this is refused before anything is signed. `critical`: no bound but the limit price. */
  maxPriceImpactBps: perUrgency(bps, { low: 50, normal: 100, high: 300, critical: 10_000 }),
  /** Which priority fee is bid: a percentile of recent fees, as `computeUnitPricePercentile` of `/build`. */
  priorityFeePercentile: perUrgency(percentile, {
    low: 'medium',
    normal: 'medium',
    high: 'high',
    critical: 'veryHigh',
  }),
  /** Most lamports for the priority fee of one transaction. */
  maxPriorityFeeLamports: perUrgency(z.number().int().nonnegative(), {
    low: 50_000,
    normal: 100_000,
    high: 500_000,
    critical: 2_000_000,
  }),
  /** Lamports given to a landing service with each transaction (`tipAmount` of `/build`). */
  tipLamports: z.number().int().nonnegative().default(0),
  /**
   * How SOL is held where it is traded itself. `wrapped`: as a token like any other, so that what the wallet holds for fees is never part of a position.
   * `native`: as lamports of the wallet, of which everything beyond the reserve counts as the position, and fees make it smaller.
   */
  sol: z.enum(['wrapped', 'native']).default('wrapped'),
  /** SOL kept for fees and rent, so that exits stay possible: entries are refused below it, exits may use it. */
  solReserve: solAmount.default('0.02'),
  /** Programs, besides Jupiter's and the system's own, that a transaction may call at its top level. */
  extraPrograms: z.array(address).default([]),
  /** Routers that `/order` may not use. By default all but Metis: of the others the fee payer may be somebody else. */
  excludeRouters: z.array(z.enum(['jupiterz', 'dflow', 'okx'])).default(['jupiterz', 'dflow', 'okx']),
  /** Exchanges that no route may use, by Jupiter's labels. */
  excludeDexes: z.array(z.string().min(1)).default([]),
  /** Most accounts of a route; less makes smaller transactions. */
  maxAccounts: z.number().int().min(1).max(64).default(64),
  /** How sure a landing must be before its fill is told. */
  commitment: z.enum(['confirmed', 'finalized']).default('confirmed'),
  /** Transactions of the wallet in which fills are looked for when none was read before: the newest ones. */
  historyTransactions: z.number().int().positive().max(1_000).default(100),
  /** Blocks past its last valid one before a transaction that nobody knows counts as expired. */
  expiryMarginBlocks: z.number().int().nonnegative().default(10),
})

/** {@link executionOptions} with defaults filled in. */
export type ExecutionOptions = z.output<typeof executionOptions>

const ms = z.number().int().positive()

/** Waits of execution, ms by `context.clock`; part of the option `timing`. */
export const executionTiming = {
  /** A request (RPC or Jupiter) that has no answer by then has failed. */
  requestMs: ms.default(10_000),
  /** The same bytes are sent again so often until the network knows them. */
  rebroadcastMs: ms.default(2_000),
  /** How often the network is asked for an outcome. */
  statusMs: ms.default(1_000),
  /** After so long `submit` answers `unknown`, and `lookup` goes on. A blockhash lives about 40 to 60 s. */
  confirmMs: ms.default(90_000),
}
