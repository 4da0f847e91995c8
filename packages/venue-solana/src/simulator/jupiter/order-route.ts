import type { Address } from '@solana/kit'
import { associatedAccount, WRAPPED_SOL } from '../chain/addresses.ts'
import type { Chain } from '../chain/chain.ts'
import { MAKER } from '../chain/genesis.ts'
import { decodeTokenAccount } from '../chain/token-layout.ts'
import { assemble } from './assemble.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import { addressParam, amountParam, badRequest, integerParam, optionalAddress } from './query.ts'
import type { Quote } from './quote.ts'
import { quoteSwap } from './quote.ts'
import { decimalText, quoteFields } from './quote-fields.ts'
import { planSwap, SWAP_UNITS, unitLimit, unitPrice } from './swap-plan.ts'

const DEFAULT_SLIPPAGE_BPS = 50
const SIGNATURE_LAMPORTS = 5_000
const UNIT_PRICE = 40_000

/** Jupiter's fee: 2 bps between SOL and USDC, else 10. */
const FEE_BPS = { sol: 2, other: 10 } as const

/** `GET /swap/v2/order`: a quote, and with a taker the transaction to be signed. */
export const orderRoute: Route = (context, { url }) => {
  const { chain, faults } = context
  const query = url.searchParams
  const excluded = (query.get('excludeRouters') ?? '').split(',')
  if (faults.strikes('no-route') || excluded.includes('metis')) throw badRequest('Failed to get quotes')
  const inputMint = addressParam(query.get('inputMint'), 'inputMint')
  const outputMint = addressParam(query.get('outputMint'), 'outputMint')
  if ((query.get('swapMode') ?? 'ExactIn') !== 'ExactIn') throw badRequest('Only ExactIn is supported')
  const isSol = inputMint === WRAPPED_SOL || outputMint === WRAPPED_SOL
  const quote = quoteSwap(chain, {
    inputMint,
    outputMint,
    amount: amountParam(query.get('amount')),
    slippageBps: integerParam(query.get('slippageBps'), 'slippageBps', 0, 10_000, DEFAULT_SLIPPAGE_BPS),
    platformFeeBps: isSol ? FEE_BPS.sol : FEE_BPS.other,
  })
  const taker = optionalAddress(query.get('taker'), 'taker')
  const fields = orderFields(quote, query.has('slippageBps'))
  if (taker === undefined) {
    return { ...fields, ...unpaid(), transaction: null, requestId: context.orders.nextId(context.now()), taker: null }
  }
  const isMakers = !excluded.includes('jupiterz') && faults.strikes('maker-order')
  const priority = integerParam(query.get('priorityFeeLamports'), 'priorityFeeLamports', 0, 1_000_000_000, -1)
  return { ...fields, ...transactionFields(context, quote, taker, priority, isMakers) }
}

function orderFields(quote: Quote, isManual: boolean) {
  const { platformFee, request, feeOnInput, input, output } = quote
  const feeMint = feeOnInput ? input.mint : output.mint
  return {
    mode: isManual ? 'manual' : 'ultra',
    ...quoteFields(quote),
    inUsdValue: quote.inUsd,
    outUsdValue: quote.outUsd,
    swapUsdValue: quote.inUsd,
    priceImpact: Number(decimalText(quote.priceImpact)),
    feeMint,
    feeBps: request.platformFeeBps,
    platformFee: { amount: String(platformFee), feeBps: request.platformFeeBps, feeMint },
    router: 'metis',
    swapType: 'aggregator',
    gasless: false,
    totalTime: 12,
  }
}

function unpaid() {
  return {
    signatureFeeLamports: 0,
    signatureFeePayer: null,
    prioritizationFeeLamports: 0,
    prioritizationFeePayer: null,
    rentFeeLamports: 0,
    rentFeePayer: null,
  }
}

function transactionFields(context: JupiterContext, quote: Quote, taker: Address, priority: number, isMakers: boolean) {
  const { chain, orders, now } = context
  const refused = shortfall(chain, quote, taker)
  if (refused !== undefined) {
    return { ...unpaid(), ...refused, transaction: '', requestId: orders.nextId(now()), taker }
  }
  const price = priority < 0 ? UNIT_PRICE : Math.floor((priority * 1e6) / SWAP_UNITS)
  const payer = isMakers ? MAKER.address : taker
  const plan = planSwap(quote, { user: taker, payer, wrapsSol: true })
  const instructions = [
    unitLimit(SWAP_UNITS),
    unitPrice(price),
    ...plan.setup,
    plan.swap,
    ...(plan.cleanup === null ? [] : [plan.cleanup]),
  ]
  const { transaction, messageBytes, lastValidBlockHeight } = assemble(chain, payer, instructions, false)
  const requestId = orders.add({ quote, messageBytes, lastValidBlockHeight, isMakers, madeAt: now() })
  const rent = rentFor(chain, quote, taker)
  return {
    signatureFeeLamports: SIGNATURE_LAMPORTS,
    signatureFeePayer: payer,
    prioritizationFeeLamports: Math.ceil((price * SWAP_UNITS) / 1e6),
    prioritizationFeePayer: payer,
    rentFeeLamports: rent,
    rentFeePayer: rent === 0 ? null : payer,
    transaction,
    lastValidBlockHeight: String(lastValidBlockHeight),
    requestId,
    taker,
    ...(isMakers ? { router: 'jupiterz', swapType: 'rfq', gasless: true, maker: payer } : {}),
  }
}

/** What the taker lacks, with Jupiter's numbers for it. */
function shortfall(chain: Chain, { input, request }: Quote, taker: Address) {
  const sol = chain.read(taker)?.lamports ?? 0n
  const isSol = input.mint === WRAPPED_SOL
  const account = chain.read(associatedAccount(taker, input.mint, input.program))
  const balance = isSol ? sol : (decodeTokenAccount(account)?.amount ?? 0n)
  if (balance < request.amount) return { errorCode: 1, errorMessage: 'Insufficient funds', error: 'Insufficient funds' }
  const needed = BigInt(SIGNATURE_LAMPORTS) + 2n * chain.svm.rent(165) + (isSol ? request.amount : 0n)
  if (sol >= needed) return undefined
  const message = `Top up ${Number(needed - sol) / 1e9} SOL for gas`
  return { errorCode: 2, errorMessage: message, error: message }
}

function rentFor(chain: Chain, { output }: Quote, taker: Address): number {
  const account = associatedAccount(taker, output.mint, output.program)
  if (output.mint === WRAPPED_SOL || chain.read(account) !== undefined) return 0
  return Number(chain.svm.rent(165))
}
