import { VenueError } from '@portolan/core'
import type { Quote } from '../jupiter/swap-shapes.ts'
import type { SwapRequest } from './swap-request.ts'

const BPS = 10_000n

/**
 * The widest tolerance, bps, with which the chain still enforces the least that must arrive.
 * @throws {VenueError} `refused` when the quote itself brings less.
 */
export function widestSlippageBps({ outAmount }: Quote, { minimumOut, output }: SwapRequest): number {
  if (outAmount < minimumOut) {
    const text = `${outAmount} of ${output.mint} are quoted (base units), the limit price demands ${minimumOut}`
    throw new VenueError('refused', `slippage: ${text}`)
  }
  return Number(((outAmount - minimumOut) * BPS) / outAmount)
}

/** What a quote moves the market by, bps; `null` when it does not say. Favourable or not: both are a market that is not there. */
export function quotedImpactBps({ priceImpact, priceImpactPct }: Quote): number | null {
  if (typeof priceImpact === 'number') return Math.abs(priceImpact) * 100
  return typeof priceImpactPct === 'number' ? Math.abs(priceImpactPct) * 10_000 : null
}

/** By how much a quote pays less than a small one, bps; negative when it pays more. */
export function impactAgainst(small: Quote, quote: Quote): number {
  if (small.outAmount === 0n || small.inAmount === 0n) return 0
  const SCALE = 1_000_000n
  const kept = (quote.outAmount * small.inAmount * SCALE) / (small.outAmount * quote.inAmount)
  return Number(SCALE - kept) / 100
}

/** @throws {VenueError} `refused` when the quote is for something else than was asked. */
export function checkQuote(quote: Quote, { input, output, amountIn }: SwapRequest): void {
  const matches = quote.inputMint === input.mint && quote.outputMint === output.mint && quote.inAmount === amountIn
  if (!matches) throw new VenueError('malformed-answer', 'Jupiter quotes another swap than the one that was asked for')
}
