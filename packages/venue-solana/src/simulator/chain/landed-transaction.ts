import type { Address } from '@solana/kit'
import type { AccountState } from './account-state.ts'
import type { Execution } from './svm.ts'
import { decodeMint, decodeTokenAccount } from './token-layout.ts'
import type { WireTransaction } from './wire-transaction.ts'

export interface UiTokenAmount {
  readonly amount: string
  readonly decimals: number
  readonly uiAmount: number | null
  readonly uiAmountString: string
}

export interface TokenBalance {
  readonly accountIndex: number
  readonly mint: string
  readonly owner: string
  readonly programId: string
  readonly uiTokenAmount: UiTokenAmount
}

/** A transaction in a block, successful or not, in plain JSON: also what is saved of it. */
export interface LandedTransaction extends Execution {
  readonly signature: string
  readonly slot: number
  /** Unix seconds. */
  readonly blockTime: number
  /** Base64. */
  readonly wire: string
  readonly version: 'legacy' | 0 | 1
  readonly keys: readonly string[]
  readonly signers: number
  readonly loaded: { readonly writable: readonly string[]; readonly readonly: readonly string[] }
  /** Lamports. */
  readonly fee: number
  readonly preBalances: readonly number[]
  readonly postBalances: readonly number[]
  readonly preTokenBalances: readonly TokenBalance[]
  readonly postTokenBalances: readonly TokenBalance[]
}

export type Accounts = readonly (AccountState | undefined)[]

/** The record of an execution; `before` and `after` are its accounts in the order of its keys. */
export function landedTransaction(
  wire: WireTransaction,
  execution: Execution,
  at: { readonly slot: number; readonly blockTime: number },
  before: Accounts,
  after: Accounts,
  read: (address: Address) => AccountState | undefined,
): LandedTransaction {
  const preBalances = before.map(balance)
  const postBalances = after.map(balance)
  return {
    ...execution,
    signature: wire.signature,
    ...at,
    wire: Buffer.from(wire.bytes).toString('base64'),
    version: wire.version,
    keys: wire.keys,
    signers: wire.signatures.length,
    loaded: wire.loaded,
    // Lamports only move inside a transaction, except for the fee.
    fee: Math.round(sum(preBalances) - sum(postBalances)),
    preBalances,
    postBalances,
    preTokenBalances: tokenBalances(before, read),
    postTokenBalances: tokenBalances(after, read),
  }
}

export function uiTokenAmount(amount: bigint, decimals: number): UiTokenAmount {
  const digits = amount.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  const uiAmountString = fraction === '' ? whole : `${whole}.${fraction}`
  return { amount: amount.toString(), decimals, uiAmount: Number(uiAmountString), uiAmountString }
}

function tokenBalances(accounts: Accounts, read: (address: Address) => AccountState | undefined): TokenBalance[] {
  return accounts.flatMap((account, accountIndex) => {
    const token = decodeTokenAccount(account)
    if (token === undefined || account === undefined) return []
    const decimals = decodeMint(read(token.mint))?.decimals ?? 0
    const uiAmount = uiTokenAmount(token.amount, decimals)
    return [{ accountIndex, mint: token.mint, owner: token.owner, programId: account.owner, uiTokenAmount: uiAmount }]
  })
}

function balance(account: AccountState | undefined): number {
  return Number(account?.lamports ?? 0n)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
