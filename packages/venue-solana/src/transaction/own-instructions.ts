import type { AccountMeta } from '@solana/kit'
import { AccountRole, address } from '@solana/kit'
import { getCloseAccountInstruction, getTransferCheckedInstruction } from '@solana-program/token'
import type { SwapInstruction } from './jupiter-instruction.ts'
import { ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM } from './program-addresses.ts'
import type { Token } from './token.ts'

export interface OwnTransfer {
  readonly wallet: string
  readonly mint: string
  readonly program: string
  readonly decimals: number
  readonly from: string
  readonly to: string
  readonly amount: bigint
}

/** Moves tokens from one token account of the wallet to another. */
export function transferInstruction(transfer: OwnTransfer): SwapInstruction {
  const { program, mint, from, to, wallet, amount, decimals } = transfer
  const instruction = getTransferCheckedInstruction(
    {
      source: address(from),
      mint: address(mint),
      destination: address(to),
      authority: address(wallet),
      amount,
      decimals,
    },
    { programAddress: address(program) },
  )
  return withSigner(instruction, wallet)
}

const CREATE_IDEMPOTENT = 1

/** Makes the wallet's associated token account of a mint, unless it is there. */
export function createInstruction(account: string, wallet: string, { mint, program }: Token): SwapInstruction {
  const readonly = (at: string) => ({ address: address(at), role: AccountRole.READONLY })
  return {
    programAddress: address(ASSOCIATED_TOKEN_PROGRAM),
    accounts: [
      { address: address(wallet), role: AccountRole.WRITABLE_SIGNER },
      { address: address(account), role: AccountRole.WRITABLE },
      ...[wallet, mint, SYSTEM_PROGRAM, program].map(readonly),
    ],
    data: Uint8Array.of(CREATE_IDEMPOTENT),
  }
}

/** Closes a token account of the wallet, its lamports going to the wallet: wrapped SOL becomes SOL. */
export function closeInstruction(account: string, wallet: string, program: string): SwapInstruction {
  const instruction = getCloseAccountInstruction(
    { account: address(account), destination: address(wallet), owner: address(wallet) },
    { programAddress: address(program) },
  )
  return withSigner(instruction, wallet)
}

/** An owner that is named by its address alone is not marked as a signer by the program's client. */
function withSigner(
  instruction: {
    readonly programAddress: SwapInstruction['programAddress']
    readonly accounts: readonly AccountMeta[]
    readonly data: unknown
  },
  wallet: string,
): SwapInstruction {
  const accounts = instruction.accounts.map((account) =>
    account.address === wallet && account.role === AccountRole.READONLY
      ? { ...account, role: AccountRole.READONLY_SIGNER }
      : account,
  )
  return { programAddress: instruction.programAddress, accounts, data: Uint8Array.from(instruction.data as Uint8Array) }
}
