import { VenueError } from '@portolan/core'
import type { CompiledTransactionMessage, CompiledTransactionMessageWithLifetime, Instruction } from '@solana/kit'
import {
  decompileTransactionMessage,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  getTransactionMessageComputeUnitLimit,
  getTransactionMessageComputeUnitPrice,
} from '@solana/kit'
import { priorityFee, SIGNATURE_FEE } from '../transaction/compute-budget.ts'
import type { SwapInstruction } from '../transaction/jupiter-instruction.ts'
import { verifyInstructions } from '../transaction/verify-instructions.ts'
import type { Preparation, PreparationParts, ReadySwap } from './preparation.ts'
import { mandateOf, simulateSwap } from './preparation.ts'

/** Blocks that a blockhash lives. Source: Solana's runtime. */
const BLOCKHASH_LIFE = 150
/** Compute units of an instruction when the transaction sets no limit. Source: Solana's runtime. */
const DEFAULT_UNITS = 200_000

/**
 * Takes a transaction that Jupiter assembled: decoded, verified like one of ours, and simulated.
 * @throws {VenueError}
 */
export async function prepareOrder(parts: PreparationParts, preparation: Preparation): Promise<ReadySwap> {
  const { router, rpc, options, reserve } = parts
  const { request, wallet, urgency, accounts, call } = preparation
  if (accounts.gather.length > 0) {
    throw new VenueError(
      'refused',
      'insufficient-funds: the balance is spread over several token accounts, which execution.mode "order" cannot gather: use "build"',
    )
  }
  const order = await router.order(request, { wallet, urgency }, call)
  const wire = order.transaction ?? ''
  const { messageBytes, message } = decodeOrder(wire)
  checkSigner(message, wallet)
  const { instructions, fee } = await decompile(parts, message, preparation)
  const most = options.maxPriorityFeeLamports[urgency]
  if (fee > BigInt(most)) {
    throw new VenueError(
      'refused',
      `other: Jupiter's transaction bids ${fee} lamports of priority fee, ${most} are allowed`,
    )
  }
  verifyInstructions(instructions, mandateOf(preparation, options))
  const cost = SIGNATURE_FEE + fee + BigInt(options.tipLamports)
  const simulated = await simulateSwap(parts, preparation, wire, instructions, cost)
  reserve.check(request.side, simulated.lamports)
  // Whatever Jupiter says: a blockhash that is valid now is not valid any more so many blocks from now.
  const [height, { context }] = await Promise.all([rpc.blockHeight('confirmed', call), rpc.balance(wallet, call)])
  const latest = height + BLOCKHASH_LIFE
  const lastValidBlockHeight = Math.max(latest, Math.min(order.lastValidBlockHeight ?? 0, latest + BLOCKHASH_LIFE))
  // It may have been made some slots before it was asked for.
  const slot = Math.max(0, context.slot - 2 * BLOCKHASH_LIFE)
  const { requestId } = order
  const only = (variant: number) => (variant === 0 ? messageBytes : null)
  return { message: only, blockhash: message.lifetimeToken, lastValidBlockHeight, slot, requestId }
}

type Compiled = CompiledTransactionMessage & CompiledTransactionMessageWithLifetime

function decodeOrder(wire: string): { readonly messageBytes: Uint8Array; readonly message: Compiled } {
  try {
    const transaction = getTransactionDecoder().decode(Uint8Array.from(Buffer.from(wire, 'base64')))
    const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes)
    return { messageBytes: Uint8Array.from(transaction.messageBytes), message }
  } catch (cause) {
    throw new VenueError('malformed-answer', 'Jupiter sent a transaction that cannot be read', { cause })
  }
}

/** @throws {VenueError} `refused` unless the wallet is the fee payer and the only signer: its signature is then known before sending. */
function checkSigner({ header, staticAccounts, version }: Compiled, wallet: string): void {
  if (staticAccounts[0] !== wallet) {
    throw new VenueError(
      'refused',
      `other: ${staticAccounts[0]} would pay for the transaction, not the wallet; it was not signed`,
    )
  }
  if (header.numSignerAccounts !== 1) {
    throw new VenueError(
      'refused',
      `other: the transaction needs ${header.numSignerAccounts} signatures; it was not signed`,
    )
  }
  if (version !== 0)
    throw new VenueError('unsupported', `transactions of version ${String(version)} are not verified here`)
}

async function decompile({ tables }: PreparationParts, message: Compiled, { call }: Preparation) {
  const lookups = 'addressTableLookups' in message ? (message.addressTableLookups ?? []) : []
  const lengths = new Map(
    lookups.map(({ lookupTableAddress, readonlyIndexes, writableIndexes }) => [
      String(lookupTableAddress),
      Math.max(-1, ...readonlyIndexes, ...writableIndexes) + 1,
    ]),
  )
  const addressesByLookupTableAddress = (await tables.read(lengths, call.signal, call.priority)) as never
  const full = decompileTransactionMessage(message, { addressesByLookupTableAddress, lastValidBlockHeight: 0n })
  const instructions: readonly SwapInstruction[] = (full.instructions as readonly Instruction[]).map((instruction) => ({
    programAddress: instruction.programAddress,
    accounts: instruction.accounts ?? [],
    data: instruction.data ?? new Uint8Array(),
  }))
  const units = getTransactionMessageComputeUnitLimit(full) ?? DEFAULT_UNITS * instructions.length
  const microLamports = BigInt(getTransactionMessageComputeUnitPrice(full as never) ?? 0)
  return { instructions, fee: priorityFee({ units, microLamports }) }
}
