import { SWAP_PROGRAM } from '../chain/addresses.ts'
import type { Chain } from '../chain/chain.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'

/** A swap that landed, for tests that count. */
export interface ExecutedSwap {
  readonly signature: string
  readonly slot: number
  readonly blockTime: number
  /** The signer and fee payer. */
  readonly wallet: string
  /** `null` for one that went through. A failed one moved nothing but the fee. */
  readonly err: unknown
  /** Lamports. */
  readonly fee: number
  /** What the wallet's token accounts and its SOL changed by: atomic, by mint; `SOL` in lamports, fee included. */
  readonly deltas: Readonly<Record<string, string>>
}

/** Every swap that landed, oldest first. */
export function executedSwaps(chain: Chain): ExecutedSwap[] {
  return [...chain.transactions.all()].filter((transaction) => transaction.keys.includes(SWAP_PROGRAM)).map(executed)
}

function executed(transaction: LandedTransaction): ExecutedSwap {
  const wallet = transaction.keys[0] ?? ''
  const deltas: Record<string, string> = {
    SOL: String((transaction.postBalances[0] ?? 0) - (transaction.preBalances[0] ?? 0)),
  }
  const add = (mint: string, amount: bigint) => {
    deltas[mint] = String(BigInt(deltas[mint] ?? '0') + amount)
  }
  for (const { owner, mint, uiTokenAmount } of transaction.postTokenBalances) {
    if (owner === wallet) add(mint, BigInt(uiTokenAmount.amount))
  }
  for (const { owner, mint, uiTokenAmount } of transaction.preTokenBalances) {
    if (owner === wallet) add(mint, -BigInt(uiTokenAmount.amount))
  }
  const { signature, slot, blockTime, err, fee } = transaction
  return { signature, slot, blockTime, wallet, err, fee, deltas }
}
