import type { AccountMeta, Address, Instruction } from '@solana/kit'
import { AccountRole } from '@solana/kit'
import { SWAP_PROGRAM } from '../chain/addresses.ts'

export interface SwapInstructionInput {
  readonly user: Address
  readonly source: Address
  readonly destination: Address
  readonly vaultIn: Address
  readonly vaultOut: Address
  readonly pool: Address
  readonly mintIn: Address
  readonly mintOut: Address
  readonly programIn: Address
  readonly programOut: Address
  readonly platformFee?: { readonly bps: number; readonly onInput: boolean; readonly account: Address }
  readonly amount: bigint
  readonly quotedOut: bigint
  readonly slippageBps: number
}

/** The instruction of `amm.c`. */
export function swapInstruction(input: SwapInstructionInput): Instruction & {
  readonly accounts: readonly AccountMeta[]
  readonly data: Uint8Array
} {
  const data = new Uint8Array(21)
  const view = new DataView(data.buffer)
  view.setBigUint64(0, input.amount, true)
  view.setBigUint64(8, input.quotedOut, true)
  view.setUint16(16, input.slippageBps, true)
  view.setUint16(18, input.platformFee?.bps ?? 0, true)
  data[20] = input.platformFee?.onInput === true ? 1 : 0
  const account = (address: Address, role: AccountRole): AccountMeta => ({ address, role })
  return {
    programAddress: SWAP_PROGRAM,
    data,
    accounts: [
      account(input.user, AccountRole.READONLY_SIGNER),
      account(input.source, AccountRole.WRITABLE),
      account(input.destination, AccountRole.WRITABLE),
      account(input.vaultIn, AccountRole.WRITABLE),
      account(input.vaultOut, AccountRole.WRITABLE),
      account(input.pool, AccountRole.READONLY),
      account(input.mintIn, AccountRole.READONLY),
      account(input.mintOut, AccountRole.READONLY),
      account(input.programIn, AccountRole.READONLY),
      account(input.programOut, AccountRole.READONLY),
      ...(input.platformFee === undefined ? [] : [account(input.platformFee.account, AccountRole.WRITABLE)]),
    ],
  }
}
