import type { DecimalString, InstrumentId, Outcome } from '@portolan/core'
import { fillOf, networkFee, swapOf } from '../account/swap-fill.ts'
import type { LandedTransaction } from '../transaction/landed-transaction.ts'
import { fromUnits } from '../transaction/token.ts'
import { explainFailure } from '../transaction/transaction-failure.ts'
import { walletChange } from '../transaction/wallet-change.ts'
import type { SealedPayload } from './sealed-payload.ts'

/**
 * What a landed transaction did, by the wallet's balances alone. One that landed and failed is refused, and its fee is gone nevertheless.
 * @param solUsd USD for a SOL.
 * @param now ms; for a block without a time.
 */
export function outcomeOf(
  landed: LandedTransaction,
  payload: SealedPayload,
  instrument: InstrumentId,
  solUsd: DecimalString,
  now: number,
): Outcome {
  const { wallet, base, quote, signature } = payload
  const change = walletChange(landed, wallet)
  const { err, logMessages } = landed.meta
  if (err !== null) {
    return { kind: 'rejected', ...explainFailure(err, logMessages ?? []), fee: networkFee(-change.lamports, solUsd) }
  }
  const swap = swapOf(change, base, quote, BigInt(payload.tipLamports))
  if (swap === null) {
    if (change.tokens.size === 0) {
      const fee = networkFee(-change.lamports, solUsd)
      return { kind: 'rejected', reason: 'other', message: 'it landed, but moved no tokens', fee }
    }
    return {
      kind: 'unknown',
      message: `${signature} landed, but did not swap what was asked: a person must look at it`,
    }
  }
  const at = landed.blockTime ? landed.blockTime * 1000 : now
  const fill = fillOf(swap, base, quote, { instrument, signature, sealedId: signature, at, solUsd })
  const given = payload.side === 'buy' ? swap.quoteUnits : swap.baseUnits
  return {
    kind: given < BigInt(payload.amountIn) ? 'partial' : 'filled',
    orderId: signature,
    filled: fromUnits(swap.baseUnits, base.decimals),
    averagePrice: fill.price,
    fills: [fill],
  }
}
