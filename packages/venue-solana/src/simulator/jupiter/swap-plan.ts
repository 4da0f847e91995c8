import type { AccountMeta, Address, Instruction } from '@solana/kit'
import { AccountRole } from '@solana/kit'
import { swapInstruction } from '../amm/swap-instruction.ts'
import {
  associatedAccount,
  COMPUTE_BUDGET_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
  WRAPPED_SOL,
} from '../chain/addresses.ts'
import { createAssociatedAccount } from '../chain/faucet.ts'
import { FEE_COLLECTOR } from '../chain/genesis.ts'
import type { Quote } from './quote.ts'

export type PlannedInstruction = Instruction & { readonly accounts: readonly AccountMeta[]; readonly data: Uint8Array }

/** The instructions of a swap, in the groups in which Jupiter hands them out. */
export interface SwapPlan {
  readonly setup: readonly PlannedInstruction[]
  readonly swap: PlannedInstruction
  readonly cleanup: PlannedInstruction | null
}

export interface PlanRequest {
  readonly user: Address
  readonly payer: Address
  readonly wrapsSol: boolean
  readonly destination?: Address
}

/** Units that a swap with account creation surely stays below. */
export const SWAP_UNITS = 250_000

export function planSwap(quote: Quote, { user, payer, wrapsSol, destination }: PlanRequest): SwapPlan {
  const { input, output, pool, request } = quote
  const source = associatedAccount(user, input.mint, input.program)
  const target = destination ?? associatedAccount(user, output.mint, output.program)
  const sellsSol = input.mint === WRAPPED_SOL && wrapsSol
  const buysSol = output.mint === WRAPPED_SOL && wrapsSol && destination === undefined
  const setup: PlannedInstruction[] = []
  if (sellsSol) {
    setup.push(
      createAssociatedAccount(payer, user, WRAPPED_SOL, TOKEN_PROGRAM),
      transferLamports(user, source, request.amount),
      tokenInstruction([{ address: source, role: AccountRole.WRITABLE }], Uint8Array.of(17)),
    )
  }
  if (destination === undefined) setup.push(createAssociatedAccount(payer, user, output.mint, output.program))
  const wrapped = sellsSol ? source : target
  return {
    setup,
    swap: swapInstruction({
      user,
      source,
      destination: target,
      vaultIn: input.vault,
      vaultOut: output.vault,
      pool: pool.address,
      mintIn: input.mint,
      mintOut: output.mint,
      programIn: input.program,
      programOut: output.program,
      amount: request.amount,
      quotedOut: quote.out,
      slippageBps: request.slippageBps,
      ...(request.platformFeeBps === 0 ? {} : { platformFee: platformFee(quote) }),
    }),
    cleanup: sellsSol || buysSol ? closeAccount(wrapped, user) : null,
  }
}

export function unitLimit(units: number): PlannedInstruction {
  const data = new Uint8Array(5)
  data[0] = 2
  new DataView(data.buffer).setUint32(1, units, true)
  return { programAddress: COMPUTE_BUDGET_PROGRAM, accounts: [], data }
}

/** Micro-lamports per unit. */
export function unitPrice(price: number): PlannedInstruction {
  const data = new Uint8Array(9)
  data[0] = 3
  new DataView(data.buffer).setBigUint64(1, BigInt(price), true)
  return { programAddress: COMPUTE_BUDGET_PROGRAM, accounts: [], data }
}

function platformFee({ request, feeOnInput, pool }: Quote) {
  const account = associatedAccount(FEE_COLLECTOR.address, pool.quoteMint, TOKEN_PROGRAM)
  return { bps: request.platformFeeBps, onInput: feeOnInput, account }
}

export function transferLamports(from: Address, to: Address, amount: bigint): PlannedInstruction {
  const data = new Uint8Array(12)
  const view = new DataView(data.buffer)
  view.setUint32(0, 2, true)
  view.setBigUint64(4, amount, true)
  const accounts = [
    { address: from, role: AccountRole.WRITABLE_SIGNER },
    { address: to, role: AccountRole.WRITABLE },
  ]
  return { programAddress: SYSTEM_PROGRAM, accounts, data }
}

function closeAccount(account: Address, owner: Address): PlannedInstruction {
  return tokenInstruction(
    [
      { address: account, role: AccountRole.WRITABLE },
      { address: owner, role: AccountRole.WRITABLE },
      { address: owner, role: AccountRole.READONLY_SIGNER },
    ],
    Uint8Array.of(9),
  )
}

function tokenInstruction(accounts: readonly AccountMeta[], data: Uint8Array): PlannedInstruction {
  return { programAddress: TOKEN_PROGRAM, accounts, data }
}
