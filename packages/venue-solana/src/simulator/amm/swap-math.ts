import type { TransferFee } from '../chain/token-layout.ts'
import { transferFeeOn } from '../chain/token-layout.ts'

const BPS = 10_000n

export interface SwapInput {
  /** Atomic amount that leaves the user's account. */
  readonly amount: bigint
  readonly reserveIn: bigint
  readonly reserveOut: bigint
  readonly poolFeeBps: number
  readonly platformFeeBps: number
  readonly feeOnInput: boolean
  readonly transferFeeIn: TransferFee | undefined
  readonly transferFeeOut: TransferFee | undefined
}

export interface SwapOutput {
  /** What arrives in the user's account, after every fee. */
  readonly out: bigint
  /** What the pool itself took in and gave out. */
  readonly poolIn: bigint
  readonly poolOut: bigint
  readonly platformFee: bigint
}

/** What the program of `amm.c` does with a swap, to the last unit. */
export function swapOutput(input: SwapInput): SwapOutput {
  const feeBps = BigInt(input.platformFeeBps)
  const feeIn = input.feeOnInput ? (input.amount * feeBps) / BPS : 0n
  const sold = input.amount - feeIn
  const received = sold - transferFeeOn(sold, input.transferFeeIn)
  const net = received - ceilDivide(received * BigInt(input.poolFeeBps), BPS)
  const poolOut = input.reserveIn + net === 0n ? 0n : (input.reserveOut * net) / (input.reserveIn + net)
  const feeOut = input.feeOnInput ? 0n : (poolOut * feeBps) / BPS
  const sent = poolOut - feeOut
  return {
    out: sent - transferFeeOn(sent, input.transferFeeOut),
    poolIn: received,
    poolOut,
    platformFee: feeIn + feeOut,
  }
}

/** The least a swap may give, rounded up as Jupiter does: ceil(out * (10000 - slippage) / 10000). */
export function slippageThreshold(out: bigint, slippageBps: number): bigint {
  return ceilDivide(out * BigInt(10_000 - slippageBps), BPS)
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}
