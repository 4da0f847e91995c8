import type { Address } from '@solana/kit'
import { LOOKUP_TABLE } from '../chain/genesis.ts'
import { errorText } from '../chain/transaction-error.ts'
import { assemble } from './assemble.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import { addressParam, amountParam, badRequest, integerParam, optionalAddress } from './query.ts'
import type { Quote } from './quote.ts'
import { quoteSwap } from './quote.ts'
import { jsonInstruction, quoteFields } from './quote-fields.ts'
import type { SwapPlan } from './swap-plan.ts'
import { planSwap, SWAP_UNITS, unitLimit, unitPrice } from './swap-plan.ts'

const DEFAULT_SLIPPAGE_BPS = 50
const DEFAULT_PRIORITY_LAMPORTS = 10_000
const DYNAMIC_UNITS_MARGIN = 1.2

/** `GET /swap/v1/quote`. */
export const swapQuoteRoute: Route = ({ chain, faults }, { url }) => {
  if (faults.strikes('no-route')) throw badRequest('Could not find any route', 'COULD_NOT_FIND_ANY_ROUTE')
  const query = url.searchParams
  if ((query.get('swapMode') ?? 'ExactIn') !== 'ExactIn') throw badRequest('ExactOut is not supported', 'NOT_SUPPORTED')
  const quote = quoteSwap(chain, {
    inputMint: addressParam(query.get('inputMint'), 'inputMint'),
    outputMint: addressParam(query.get('outputMint'), 'outputMint'),
    amount: amountParam(query.get('amount')),
    slippageBps: integerParam(query.get('slippageBps'), 'slippageBps', 0, 10_000, DEFAULT_SLIPPAGE_BPS),
    platformFeeBps: 0,
  })
  return {
    ...quoteFields(quote),
    platformFee: null,
    contextSlot: quote.slot,
    timeTaken: 0.002,
    swapUsdValue: String(quote.inUsd),
    mostReliableAmmsQuoteReport: { info: {} },
    simplerRouteUsed: false,
  }
}

/** `POST /swap/v1/swap`: the transaction of a quote. What simulating it says comes with HTTP 200. */
export const swapRoute: Route = (context, { body }) => {
  const { chain, faults } = context
  const { request, user, quote, plan } = planned(context, body)
  const lamports = priorityLamports(request.prioritizationFeeLamports)
  const make = (units: number) =>
    assemble(
      chain,
      user,
      [
        unitLimit(units),
        unitPrice(Math.floor((lamports * 1e6) / units)),
        ...plan.setup,
        plan.swap,
        ...(plan.cleanup === null ? [] : [plan.cleanup]),
      ],
      request.asLegacyTransaction === true,
    )
  const trial = simulated(context, make(SWAP_UNITS).transaction)
  const units =
    request.dynamicComputeUnitLimit === true && trial.err === null
      ? Math.ceil(trial.units * DYNAMIC_UNITS_MARGIN)
      : SWAP_UNITS
  const { transaction, lastValidBlockHeight } = make(units)
  return {
    swapTransaction: transaction,
    lastValidBlockHeight,
    prioritizationFeeLamports: lamports,
    computeUnitLimit: units,
    prioritizationType: {
      computeBudget: { microLamports: Math.floor((lamports * 1e6) / units), estimatedMicroLamports: null },
    },
    simulationSlot: quote.slot,
    dynamicSlippageReport: null,
    simulationError: faults.strikes('simulation-error')
      ? { errorCode: 'TRANSACTION_ERROR', error: 'Error processing Instruction 4: custom program error: 0x1771' }
      : trial.err === null
        ? null
        : { errorCode: 'TRANSACTION_ERROR', error: errorText(trial.err) },
    addressesByLookupTableAddress: null,
  }
}

/** `POST /swap/v1/swap-instructions`: the parts of a quote's transaction. */
export const swapInstructionsRoute: Route = (context, { body }) => {
  const { request, plan } = planned(context, body)
  const lamports = priorityLamports(request.prioritizationFeeLamports)
  return {
    tokenLedgerInstruction: null,
    computeBudgetInstructions: [unitLimit(SWAP_UNITS), unitPrice(Math.floor((lamports * 1e6) / SWAP_UNITS))].map(
      jsonInstruction,
    ),
    otherInstructions: [],
    setupInstructions: plan.setup.map(jsonInstruction),
    swapInstruction: jsonInstruction(plan.swap),
    cleanupInstruction: plan.cleanup === null ? null : jsonInstruction(plan.cleanup),
    addressLookupTableAddresses: [LOOKUP_TABLE],
    prioritizationFeeLamports: lamports,
    computeUnitLimit: SWAP_UNITS,
    simulationError: null,
  }
}

interface Planned {
  readonly request: Readonly<Record<string, unknown>>
  readonly user: Address
  readonly quote: Quote
  readonly plan: SwapPlan
}

/** The quoted amounts are taken as they came: the chain enforces them, however stale they are. */
function planned({ chain }: JupiterContext, body: string): Planned {
  const request = objectOf(parse(body))
  const quoted = objectOf(request.quoteResponse)
  const user = addressParam(request.userPublicKey, 'userPublicKey')
  const fresh = quoteSwap(chain, {
    inputMint: addressParam(quoted.inputMint, 'inputMint'),
    outputMint: addressParam(quoted.outputMint, 'outputMint'),
    amount: amountParam(quoted.inAmount),
    slippageBps: integerParam(quoted.slippageBps, 'slippageBps', 0, 10_000, DEFAULT_SLIPPAGE_BPS),
    platformFeeBps: 0,
  })
  const quote = { ...fresh, out: amountParam(quoted.outAmount) }
  const destination = optionalAddress(request.destinationTokenAccount, 'destinationTokenAccount')
  const plan = planSwap(quote, {
    user,
    payer: user,
    wrapsSol: request.wrapAndUnwrapSol !== false,
    ...(destination === undefined ? {} : { destination }),
  })
  return { request, user, quote, plan }
}

function simulated({ chain }: JupiterContext, transaction: string) {
  return chain.simulate(chain.decode(Uint8Array.from(Buffer.from(transaction, 'base64'))))
}

function priorityLamports(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null) return DEFAULT_PRIORITY_LAMPORTS
  if ('jitoTipLamports' in value && typeof value.jitoTipLamports === 'number') return 0
  const level = 'priorityLevelWithMaxLamports' in value ? value.priorityLevelWithMaxLamports : undefined
  if (typeof level !== 'object' || level === null || !('maxLamports' in level)) return DEFAULT_PRIORITY_LAMPORTS
  return Math.min(Number(level.maxLamports), DEFAULT_PRIORITY_LAMPORTS)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw badRequest('Failed to parse the request body as JSON')
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('invalid type: expected an object')
  return value as Readonly<Record<string, unknown>>
}
