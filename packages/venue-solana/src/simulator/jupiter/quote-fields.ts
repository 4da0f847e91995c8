import { isSignerRole, isWritableRole } from '@solana/kit'
import type { Quote } from './quote.ts'
import { POOL_LABEL } from './quote.ts'
import type { PlannedInstruction } from './swap-plan.ts'

/** The fields that every quote of Jupiter's has. Ratios are text, amounts atomic text. */
export function quoteFields(quote: Quote) {
  const { request, input, output } = quote
  return {
    inputMint: request.inputMint,
    outputMint: request.outputMint,
    inAmount: String(request.amount),
    outAmount: String(quote.out),
    otherAmountThreshold: String(quote.threshold),
    swapMode: 'ExactIn',
    slippageBps: request.slippageBps,
    priceImpactPct: decimalText(quote.priceImpact / 100),
    routePlan: [
      {
        swapInfo: {
          ammKey: quote.pool.address,
          label: POOL_LABEL,
          inputMint: input.mint,
          outputMint: output.mint,
          inAmount: String(request.amount),
          outAmount: String(quote.out),
        },
        percent: 100,
        bps: 10_000,
      },
    ],
  }
}

/** An instruction as Jupiter writes it. */
export function jsonInstruction({ programAddress, accounts, data }: PlannedInstruction) {
  return {
    programId: programAddress,
    accounts: accounts.map(({ address, role }) => ({
      pubkey: address,
      isSigner: isSignerRole(role),
      isWritable: isWritableRole(role),
    })),
    data: Buffer.from(data).toString('base64'),
  }
}

/** Without an exponent. */
export function decimalText(value: number): string {
  return value === 0 ? '0' : value.toFixed(12).replace(/\.?0+$/, '')
}
