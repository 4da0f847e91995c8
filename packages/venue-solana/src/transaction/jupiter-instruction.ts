import type { Instruction } from '@solana/kit'
import { AccountRole, address } from '@solana/kit'
import type { JupiterInstruction } from '../jupiter/swap-shapes.ts'

/** An instruction with its accounts and data, as all instructions of a swap are. */
export type SwapInstruction = Required<Instruction>

/** Jupiter's way of writing an instruction, as the kit's. */
export function instructionOf({ programId, accounts, data }: JupiterInstruction): SwapInstruction {
  return {
    programAddress: address(programId),
    accounts: accounts.map(({ pubkey, isSigner, isWritable }) => ({
      address: address(pubkey),
      role: roleOf(isSigner, isWritable),
    })),
    data,
  }
}

function roleOf(isSigner: boolean, isWritable: boolean): AccountRole {
  if (isSigner) return isWritable ? AccountRole.WRITABLE_SIGNER : AccountRole.READONLY_SIGNER
  return isWritable ? AccountRole.WRITABLE : AccountRole.READONLY
}
