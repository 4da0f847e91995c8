import { VenueError } from '@portolan/core'
import { AccountRole } from '@solana/kit'
import { enforcedMinimum } from './enforced-minimum.ts'
import type { SwapInstruction } from './jupiter-instruction.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  COMPUTE_BUDGET_PROGRAM,
  JUPITER_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from './program-addresses.ts'

/** What a transaction that somebody else wrote may do for us. */
export interface SwapMandate {
  readonly wallet: string
  readonly amountIn: bigint
  readonly minimumOut: bigint
  /** Token accounts of the wallet that have no part in the swap: all but those of input, output and wrapped SOL. */
  readonly otherAccounts: ReadonlySet<string>
  /** The wallet's wrapped SOL account, into which `wrapLamports` may be transferred. */
  readonly wrappedAccount: string
  /** Lamports that may be wrapped: the amount when SOL is sold, else 0. */
  readonly wrapLamports: bigint
  /** Lamports that may go to a landing service. */
  readonly tipLamports: bigint
  /** Programs that may be called besides Jupiter's and the system's own. */
  readonly extraPrograms: ReadonlySet<string>
}

// Discriminators. Sources: system program, spl-token, associated token account program.
const SYSTEM_TRANSFER = 2
const CLOSE_ACCOUNT = 9
const SYNC_NATIVE = 17
const CREATE_IDEMPOTENT = 1

/**
 * Refuses instructions that do anything but swap within the mandate: nobody else signs, no other program is called, nothing of the wallet is
 * transferred, approved or closed to another owner, and the swap carries the amount and a minimum no lower than asked.
 * @throws {VenueError} `refused`; nothing has been signed.
 */
export function verifyInstructions(instructions: readonly SwapInstruction[], mandate: SwapMandate): void {
  let swaps = 0
  let tips = 0n
  for (const instruction of instructions) {
    checkAccounts(instruction, mandate)
    switch (String(instruction.programAddress)) {
      case COMPUTE_BUDGET_PROGRAM:
        break
      case SYSTEM_PROGRAM:
        tips += checkSystem(instruction, mandate)
        break
      case TOKEN_PROGRAM:
      case TOKEN_2022_PROGRAM:
        checkToken(instruction, mandate)
        break
      case ASSOCIATED_TOKEN_PROGRAM:
        checkCreation(instruction, mandate)
        break
      default:
        swaps += checkSwap(instruction, mandate)
    }
  }
  if (tips > mandate.tipLamports) refuse(`it gives ${tips} lamports away, ${mandate.tipLamports} are allowed`)
  if (swaps !== 1) refuse(`it holds ${swaps} swaps of the amount, one was asked for`)
}

function checkAccounts({ accounts }: SwapInstruction, { wallet, otherAccounts }: SwapMandate): void {
  for (const { address, role } of accounts) {
    const signs = role === AccountRole.READONLY_SIGNER || role === AccountRole.WRITABLE_SIGNER
    if (signs && address !== wallet) refuse(`${address} would have to sign it too`)
    if (otherAccounts.has(address))
      refuse(`it names ${address}, a token account of the wallet that has no part in the swap`)
  }
}

/** @returns lamports given away. */
function checkSystem({ accounts, data }: SwapInstruction, mandate: SwapMandate): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (data.length !== 12 || view.getUint32(0, true) !== SYSTEM_TRANSFER)
    refuse('it calls the system program for more than a transfer')
  const lamports = view.getBigUint64(4, true)
  const to = accounts[1]?.address
  if (to !== mandate.wrappedAccount) return lamports
  if (lamports > mandate.wrapLamports)
    refuse(`it wraps ${lamports} lamports, ${mandate.wrapLamports} are to be swapped`)
  return 0n
}

function checkToken({ accounts, data }: SwapInstruction, { wallet }: SwapMandate): void {
  if (data[0] === SYNC_NATIVE) return
  if (data[0] !== CLOSE_ACCOUNT)
    refuse(`it calls the token program for more than wrapping SOL (instruction ${data[0]})`)
  if (accounts[1]?.address !== wallet) refuse('it closes an account to the benefit of somebody else')
}

function checkCreation({ accounts, data }: SwapInstruction, { wallet }: SwapMandate): void {
  if (data.length > 1 || (data[0] ?? 0) > CREATE_IDEMPOTENT) refuse('it recovers a nested token account')
  if (accounts[0]?.address !== wallet || accounts[2]?.address !== wallet) {
    refuse('it creates a token account for somebody else')
  }
}

/** @returns 1 for the swap of the amount, 0 for any other call of an allowed program. */
function checkSwap({ programAddress, data }: SwapInstruction, mandate: SwapMandate): 0 | 1 {
  const isJupiter = programAddress === JUPITER_PROGRAM
  if (!isJupiter && !mandate.extraPrograms.has(programAddress)) {
    refuse(`it calls the program ${programAddress}: name it in execution.extraPrograms if that is meant`)
  }
  const minimum = enforcedMinimum(data, mandate.amountIn)
  if (minimum === null) return 0
  if (minimum < mandate.minimumOut) refuse(`it lets ${minimum} base units through, ${mandate.minimumOut} are demanded`)
  return 1
}

function refuse(what: string): never {
  throw new VenueError('refused', `other: the transaction does not do what was asked: ${what}; it was not signed`)
}
