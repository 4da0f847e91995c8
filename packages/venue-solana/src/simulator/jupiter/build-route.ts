import { bytesOf } from '../chain/addresses.ts'
import type { Chain } from '../chain/chain.ts'
import { LOOKUP_TABLE, tableAddresses } from '../chain/genesis.ts'
import { BLOCKHASH_LIFE } from '../chain/slot-clock.ts'
import type { Route } from './jupiter-context.ts'
import { addressParam, amountParam, badRequest, integerParam, optionalAddress } from './query.ts'
import { quoteSwap } from './quote.ts'
import { decimalText, jsonInstruction, quoteFields } from './quote-fields.ts'
import { planSwap, transferLamports, unitPrice } from './swap-plan.ts'
import { TIP_RECEIVER } from './tip.ts'

const DEFAULT_SLIPPAGE_BPS = 50
/** Micro-lamports per unit, by the percentile asked for. */
const UNIT_PRICE = { medium: 20_000, high: 60_000, veryHigh: 200_000 } as const
/** Slots by which the blockhash handed out is older than the newest. */
const BLOCKHASH_AGE = 2

/** `GET /swap/v2/build`: a quote and the instructions to carry it out oneself. */
export const buildRoute: Route = ({ chain, faults, now }, { url }) => {
  if (faults.strikes('no-route')) throw badRequest('Failed to get quotes')
  const query = url.searchParams
  const taker = addressParam(query.get('taker'), 'taker')
  const slippage = query.get('slippageBps')
  const quote = quoteSwap(chain, {
    inputMint: addressParam(query.get('inputMint'), 'inputMint'),
    outputMint: addressParam(query.get('outputMint'), 'outputMint'),
    amount: amountParam(query.get('amount')),
    slippageBps:
      slippage === 'rtse'
        ? DEFAULT_SLIPPAGE_BPS
        : integerParam(slippage, 'slippageBps', 0, 10_000, DEFAULT_SLIPPAGE_BPS),
    platformFeeBps: 0,
  })
  integerParam(query.get('maxAccounts'), 'maxAccounts', 1, 64, 64)
  const payer = optionalAddress(query.get('payer'), 'payer') ?? taker
  const destination = optionalAddress(query.get('destinationTokenAccount'), 'destinationTokenAccount')
  const plan = planSwap(quote, {
    user: taker,
    payer,
    wrapsSol: query.get('wrapAndUnwrapSol') !== 'false',
    ...(destination === undefined ? {} : { destination }),
  })
  const tip = integerParam(query.get('tipAmount'), 'tipAmount', 0, 1_000_000_000, 0)
  return {
    ...quoteFields(quote),
    priceImpact: Number(decimalText(quote.priceImpact)),
    contextSlot: quote.slot,
    computeBudgetInstructions: [jsonInstruction(unitPrice(priceFor(query.get('computeUnitPricePercentile'))))],
    setupInstructions: plan.setup.map(jsonInstruction),
    swapInstruction: jsonInstruction(plan.swap),
    cleanupInstruction: plan.cleanup === null ? null : jsonInstruction(plan.cleanup),
    otherInstructions: [],
    tipInstruction: tip === 0 ? null : jsonInstruction(transferLamports(payer, TIP_RECEIVER, BigInt(tip))),
    addressesByLookupTableAddress: { [LOOKUP_TABLE]: tableAddresses(chain.pools, chain.usdcMint) },
    blockhashWithMetadata: blockhash(
      chain,
      integerParam(query.get('blockhashSlotsToExpiry'), 'blockhashSlotsToExpiry', 1, 300, BLOCKHASH_LIFE),
      now(),
    ),
  }
}

function blockhash(chain: Chain, slotsToExpiry: number, now: number) {
  const slot = chain.tip - Math.max(BLOCKHASH_AGE, BLOCKHASH_LIFE - slotsToExpiry)
  const seconds = Math.floor(now / 1000)
  return {
    blockhash: [...bytesOf(chain.slots.blockhash(slot))],
    lastValidBlockHeight: chain.slots.lastValidBlockHeight(slot),
    fetchedAt: { secs_since_epoch: seconds, nanos_since_epoch: Math.round((now - seconds * 1000) * 1e6) },
  }
}

function priceFor(percentile: string | null): number {
  if (percentile === null) return UNIT_PRICE.medium
  if (percentile === 'medium' || percentile === 'high' || percentile === 'veryHigh') return UNIT_PRICE[percentile]
  const rank = integerParam(percentile, 'computeUnitPricePercentile', 0, 10_000, 5_000)
  return Math.round(UNIT_PRICE.medium * (rank / 5_000) ** 2)
}
