import type { LandedTransaction } from './landed-transaction.ts'
import { accountKeysOf } from './landed-transaction.ts'

/** What a transaction changed for one wallet. All amounts in base units, negative where something left. */
export interface WalletChange {
  /** By mint, over all of the wallet's token accounts; wrapped SOL is not among them. What arrived, after transfer fees. */
  readonly tokens: ReadonlyMap<string, bigint>
  /**
   * Lamports of the wallet and of its token accounts together: rent that moves from one to the other is no change, wrapped SOL is SOL,
   * and the network fee is taken off.
   */
  readonly lamports: bigint
  /** Part of {@link lamports}: the change of wrapped SOL that the wallet keeps as a token; `null` when it has no such account afterwards. */
  readonly wrapped: bigint | null
  /** Lamports of the network fee that this wallet paid: 0 when another did. */
  readonly fee: bigint
}

/** The mint of wrapped SOL. */
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112'

/**
 * Reads the balances before and after. An account that was made in the transaction has none before, one that was closed none after.
 * Source: `getTransaction` in Solana's RPC reference.
 * @throws {VenueError} `malformed-answer`
 */
export function walletChange(landed: LandedTransaction, wallet: string): WalletChange {
  const { meta } = landed
  const keys = accountKeysOf(landed)
  const tokens = new Map<string, bigint>()
  // Where lamports of ours are: the wallet, and every token account that was its own before or after.
  const own = new Set<number>(keys.flatMap((key, index) => (key === wallet ? [index] : [])))
  let wrapped = 0n
  const count = (balances: typeof meta.preTokenBalances, sign: 1n | -1n) => {
    for (const { accountIndex, mint, owner, uiTokenAmount } of balances ?? []) {
      if (owner !== wallet) continue
      own.add(accountIndex)
      if (mint === WRAPPED_SOL) wrapped += sign * uiTokenAmount.amount
      else tokens.set(mint, (tokens.get(mint) ?? 0n) + sign * uiTokenAmount.amount)
    }
  }
  count(meta.preTokenBalances, -1n)
  count(meta.postTokenBalances, 1n)
  let lamports = 0n
  for (const index of own) lamports += (meta.postBalances[index] ?? 0n) - (meta.preBalances[index] ?? 0n)
  for (const [mint, change] of tokens) if (change === 0n) tokens.delete(mint)
  const keeps = (meta.postTokenBalances ?? []).some(({ owner, mint }) => owner === wallet && mint === WRAPPED_SOL)
  return { tokens, lamports, wrapped: keeps ? wrapped : null, fee: keys[0] === wallet ? meta.fee : 0n }
}
