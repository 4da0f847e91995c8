import { getSetComputeUnitLimitInstruction, getSetComputeUnitPriceInstruction } from '@solana-program/compute-budget'
import type { JupiterInstruction } from '../jupiter/swap-shapes.ts'
import type { SwapInstruction } from './jupiter-instruction.ts'
import { COMPUTE_BUDGET_PROGRAM } from './program-addresses.ts'

/** Most compute units of one transaction. Source: Solana's runtime. */
export const MAX_COMPUTE_UNITS = 1_400_000
/** Lamports for each signature. */
export const SIGNATURE_FEE = 5_000n

const SET_PRICE = 3
const MICRO = 1_000_000n

/** What a transaction may compute and what it bids for it. */
export interface ComputeBudget {
  readonly units: number
  /** Micro-lamports for each unit of the limit. */
  readonly microLamports: bigint
}

/** The instructions that set it. A price of 0 needs none. */
export function budgetInstructions({ units, microLamports }: ComputeBudget): readonly SwapInstruction[] {
  const limit = getSetComputeUnitLimitInstruction({ units })
  const withAccounts = (instruction: { programAddress: SwapInstruction['programAddress']; data: unknown }) =>
    ({ ...instruction, accounts: [] }) as unknown as SwapInstruction
  if (microLamports === 0n) return [withAccounts(limit)]
  return [withAccounts(limit), withAccounts(getSetComputeUnitPriceInstruction({ microLamports }))]
}

/** The price that Jupiter proposes, micro-lamports; 0 when it proposes none. */
export function proposedPrice(instructions: readonly JupiterInstruction[]): bigint {
  for (const { programId, data } of instructions) {
    if (programId !== COMPUTE_BUDGET_PROGRAM || data[0] !== SET_PRICE || data.length < 9) continue
    return new DataView(data.buffer, data.byteOffset).getBigUint64(1, true)
  }
  return 0n
}

/** Lamports that a priority fee costs: the whole limit is paid for, used or not. */
export function priorityFee({ units, microLamports }: ComputeBudget): bigint {
  return (BigInt(units) * microLamports + MICRO - 1n) / MICRO
}

/** Bits of a distinguishing mark that go into the limit and into the price. */
const UNIT_MARKS = 4_096
const PRICE_MARKS = 16_384n

/**
 * A budget with a margin over what a simulation consumed, at a price that costs no more than `maxLamports`.
 * @param mark a whole number that tells this transaction from one that would do the same: two orders of one amount at one time would otherwise be one
 * transaction with one signature. It costs less than four lamports for 200,000 units.
 */
export function fittedBudget(
  consumed: bigint,
  microLamports: bigint,
  maxLamports: number,
  mark: number,
): ComputeBudget {
  const wanted = (consumed * 12n + 9n) / 10n
  const most = MAX_COMPUTE_UNITS - UNIT_MARKS
  const units = Number(wanted > BigInt(most) ? BigInt(most) : wanted) + (mark % UNIT_MARKS)
  const dearest = (BigInt(maxLamports) * MICRO) / BigInt(units)
  if (dearest < PRICE_MARKS) return { units, microLamports: microLamports < dearest ? microLamports : dearest }
  const price = microLamports < dearest - PRICE_MARKS ? microLamports : dearest - PRICE_MARKS
  return { units, microLamports: price + (BigInt(Math.floor(mark / UNIT_MARKS)) % PRICE_MARKS) }
}
