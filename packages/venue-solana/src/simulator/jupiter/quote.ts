import type { Address } from '@solana/kit'
import { slippageThreshold, swapOutput } from '../amm/swap-math.ts'
import { TOKEN_PROGRAM } from '../chain/addresses.ts'
import type { Chain } from '../chain/chain.ts'
import type { Pool } from '../market/pool.ts'
import { badRequest } from './query.ts'

export const POOL_LABEL = 'Portolan AMM'

export interface QuoteRequest {
  readonly inputMint: Address
  readonly outputMint: Address
  readonly amount: bigint
  readonly slippageBps: number
  readonly platformFeeBps: number
}

/** A side of a swap. */
export interface Leg {
  readonly mint: Address
  readonly program: Address
  readonly decimals: number
  readonly vault: Address
  /** USD per whole token. */
  readonly price: number
}

export interface Quote {
  readonly request: QuoteRequest
  readonly pool: Pool
  readonly input: Leg
  readonly output: Leg
  /** What arrives in the wallet, after every fee. Atomic. */
  readonly out: bigint
  /** The least that the chain lets through. */
  readonly threshold: bigint
  readonly platformFee: bigint
  readonly feeOnInput: boolean
  /** Percentage points, negative when the swap costs. */
  readonly priceImpact: number
  readonly inUsd: number
  readonly outUsd: number
  readonly slot: number
}

/** Quotes a swap at the present reserves. @throws {ApiError} when there is no pool, or nothing would come out. */
export function quoteSwap(chain: Chain, request: QuoteRequest): Quote {
  const { inputMint, outputMint, amount, slippageBps, platformFeeBps } = request
  if (inputMint === outputMint) {
    throw badRequest('Circular arbitrage is disabled. Set an environment variable', 'CIRCULAR_ARBITRAGE_IS_DISABLED')
  }
  const pool = chain.pools.find(({ token, quoteMint }) => {
    const mints = [token.mint, quoteMint]
    return mints.includes(inputMint) && mints.includes(outputMint)
  })
  if (pool === undefined) throw noRoute(chain, [inputMint, outputMint])
  const sellsBase = inputMint === pool.token.mint
  const { base, quote } = pool.reservesAt(chain.tip)
  const baseLeg: Leg = {
    mint: pool.token.mint,
    program: pool.token.tokenProgram,
    decimals: pool.token.decimals,
    vault: pool.baseVault,
    price: pool.priceAt(chain.tip),
  }
  const quoteLeg: Leg = { mint: pool.quoteMint, program: TOKEN_PROGRAM, decimals: 6, vault: pool.quoteVault, price: 1 }
  const [input, output] = sellsBase ? [baseLeg, quoteLeg] : [quoteLeg, baseLeg]
  // Fees are taken in the better-known mint of the two, which here is always USDC.
  const feeOnInput = !sellsBase
  const result = swapOutput({
    amount,
    reserveIn: sellsBase ? base : quote,
    reserveOut: sellsBase ? quote : base,
    poolFeeBps: pool.token.poolFeeBps,
    platformFeeBps,
    feeOnInput,
    transferFeeIn: sellsBase ? pool.token.transferFee : undefined,
    transferFeeOut: sellsBase ? undefined : pool.token.transferFee,
  })
  if (result.out <= 0n) throw badRequest('Could not find any route', 'COULD_NOT_FIND_ANY_ROUTE')
  const inUsd = (Number(amount) / 10 ** input.decimals) * input.price
  const outUsd = (Number(result.out) / 10 ** output.decimals) * output.price
  return {
    request,
    pool,
    input,
    output,
    out: result.out,
    threshold: slippageThreshold(result.out, slippageBps),
    platformFee: result.platformFee,
    feeOnInput,
    priceImpact: (outUsd / inUsd - 1) * 100,
    inUsd,
    outUsd,
    slot: chain.tip,
  }
}

function noRoute(chain: Chain, mints: readonly Address[]) {
  const known = new Set([chain.usdcMint, ...chain.pools.map(({ token }) => token.mint)])
  const unknown = mints.find((mint) => !known.has(mint))
  return unknown === undefined
    ? badRequest('Could not find any route', 'COULD_NOT_FIND_ANY_ROUTE')
    : badRequest(`The token ${unknown} is not tradable`, 'TOKEN_NOT_TRADABLE')
}
