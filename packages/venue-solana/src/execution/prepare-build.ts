import type { BuildAnswer } from '../jupiter/swap-shapes.ts'
import {
  budgetInstructions,
  fittedBudget,
  MAX_COMPUTE_UNITS,
  priorityFee,
  proposedPrice,
  SIGNATURE_FEE,
} from '../transaction/compute-budget.ts'
import type { SwapInstruction } from '../transaction/jupiter-instruction.ts'
import { instructionOf } from '../transaction/jupiter-instruction.ts'
import { checkTables } from '../transaction/lookup-tables.ts'
import { compileSwap, TransactionTooLargeError } from '../transaction/swap-message.ts'
import { verifyInstructions } from '../transaction/verify-instructions.ts'
import type { Preparation, PreparationParts, ReadySwap } from './preparation.ts'
import { mandateOf, simulateSwap } from './preparation.ts'

/** Accounts of a route when the first one did not fit into a transaction. */
const FEWER_ACCOUNTS = 32

/**
 * Assembles a swap from Jupiter's instructions: verified, simulated, with a compute limit of 1.2 times what the simulation used and a priority fee
 * within its bound.
 * @throws {VenueError}
 */
export async function prepareBuild(parts: PreparationParts, preparation: Preparation): Promise<ReadySwap> {
  const { router, options } = parts
  const { request, wallet, urgency, call } = preparation
  const answer = await router.build(request, { wallet, urgency }, call)
  try {
    return await assemble(parts, preparation, answer)
  } catch (error) {
    if (!(error instanceof TransactionTooLargeError) || options.maxAccounts <= FEWER_ACCOUNTS) throw error
    const smaller = await router.build(request, { wallet, urgency, maxAccounts: FEWER_ACCOUNTS }, call)
    return assemble(parts, preparation, smaller)
  }
}

async function assemble(parts: PreparationParts, preparation: Preparation, answer: BuildAnswer): Promise<ReadySwap> {
  const { rpc, tables, options, reserve } = parts
  const { wallet, accounts, urgency, call, request, mark } = preparation
  const theirs = instructionsOf(answer)
  verifyInstructions(theirs, mandateOf(preparation, options))
  const said = answer.addressesByLookupTableAddress ?? {}
  const lengths = new Map(Object.entries(said).map(([table, list]) => [table, list.length]))
  const [lookupTables, { value: latest, context }] = await Promise.all([
    tables.read(lengths, call.signal, call.priority),
    rpc.latestBlockhash(call),
  ])
  checkTables(said, lookupTables)
  const instructions = [...accounts.gather, ...theirs]
  const compile = (budget: Parameters<typeof budgetInstructions>[0]) =>
    compileSwap({ wallet, lookupTables, ...latest, instructions: [...budgetInstructions(budget), ...instructions] })

  const draft = compile({ units: MAX_COMPUTE_UNITS, microLamports: 0n })
  const cost = SIGNATURE_FEE + BigInt(options.tipLamports)
  const simulated = await simulateSwap(parts, preparation, draft.wire, instructions, cost)
  const price = proposedPrice(answer.computeBudgetInstructions)
  const most = options.maxPriorityFeeLamports[urgency]
  const budget = (variant: number) => fittedBudget(simulated.unitsConsumed, price, most, mark + variant)
  reserve.check(request.side, simulated.lamports - priorityFee(budget(0)))
  const message = (variant: number) => compile(budget(variant)).messageBytes
  return { message, ...latest, slot: context.slot, requestId: null }
}

function instructionsOf(answer: BuildAnswer): readonly SwapInstruction[] {
  const { setupInstructions, swapInstruction, cleanupInstruction, otherInstructions, tipInstruction } = answer
  const all = [
    ...setupInstructions,
    ...(otherInstructions ?? []),
    swapInstruction,
    ...(cleanupInstruction ? [cleanupInstruction] : []),
    ...(tipInstruction ? [tipInstruction] : []),
  ]
  return all.map(instructionOf)
}
