import { ed25519 } from '@noble/curves/ed25519.js'
import { MAKER } from '../chain/genesis.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import { transferFeeOn } from '../chain/token-layout.ts'
import type { TransactionErrorJson } from '../chain/transaction-error.ts'
import { errorText } from '../chain/transaction-error.ts'
import type { WireTransaction } from '../chain/wire-transaction.ts'
import { signaturesHold } from '../chain/wire-transaction.ts'
import { broadcast } from '../rpc/send-methods.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import type { OpenOrder } from './order-book.ts'
import { badRequest } from './query.ts'

/** Blocks after the last valid one until Jupiter gives up. */
const PATIENCE_BLOCKS = 5

/** `POST /swap/v2/execute`: lands a signed order and tells how it went. The same order may be posted again and is asked about then. */
export const executeRoute: Route = async (context, { body }) => {
  const { chain, orders, faults, now } = context
  const { signedTransaction, requestId } = parsed(body)
  const order = orders.get(requestId, now())
  if (order === undefined) return refusal(-1, 'Order not found, it might have expired')
  let wire: ReturnType<typeof chain.decode>
  try {
    wire = chain.decode(Uint8Array.from(Buffer.from(signedTransaction, 'base64')))
  } catch {
    return refusal(-2, 'Invalid signed transaction')
  }
  if (Buffer.compare(Uint8Array.from(wire.parsed.messageBytes), order.messageBytes) !== 0) {
    return refusal(-3, 'Invalid message bytes')
  }
  if (order.isMakers) wire = chain.decode(signedByMaker(wire))
  if (!signaturesHold(wire)) return refusal(-1003, 'Transaction is not fully signed')
  if (order.signature === undefined) {
    orders.executed(requestId, order, wire.signature, now())
    broadcast({ chain, faults }, wire)
  }
  if (faults.strikes('execute-timeout')) return { ...refusal(-1006, 'Timed out'), signature: wire.signature }
  const landed = await landing(context, wire.signature, order)
  if (landed === undefined) return { ...refusal(-1005, 'Transaction expired'), signature: wire.signature }
  return landed.err === null ? success(order, landed) : programFailure(order, landed, landed.err)
}

/** The maker is the fee payer: its signature is the first. */
function signedByMaker({ bytes, parsed }: WireTransaction): Uint8Array {
  const signed = Uint8Array.from(bytes)
  signed.set(ed25519.sign(Uint8Array.from(parsed.messageBytes), MAKER.seed), 1)
  return signed
}

function parsed(body: string): { signedTransaction: string; requestId: string } {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw badRequest('Failed to parse the request body as JSON')
  }
  if (typeof value !== 'object' || value === null) throw badRequest('invalid type: expected an object')
  if (!('signedTransaction' in value) || typeof value.signedTransaction !== 'string')
    throw badRequest('missing field `signedTransaction`')
  if (!('requestId' in value) || typeof value.requestId !== 'string') throw badRequest('missing field `requestId`')
  return { signedTransaction: value.signedTransaction, requestId: value.requestId }
}

/** Waits until it has landed, or can no longer. */
function landing(
  { chain }: JupiterContext,
  signature: string,
  order: OpenOrder,
): Promise<LandedTransaction | undefined> {
  const last = order.lastValidBlockHeight + PATIENCE_BLOCKS
  const look = () => {
    const landed = chain.transactions.get(signature)
    return { landed, isOver: landed !== undefined || chain.slots.heightOf(chain.tip) > last }
  }
  return new Promise((resolve) => {
    const settle = () => {
      const { landed, isOver } = look()
      if (!isOver) return
      leave()
      resolve(landed)
    }
    const leave = chain.join({ onSlot: settle, onLate: settle })
    settle()
  })
}

function refusal(code: number, error: string) {
  return { status: 'Failed', code, error }
}

function success({ quote }: OpenOrder, landed: LandedTransaction) {
  const { signature, slot } = landed
  return { status: 'Success', signature, slot: String(slot), code: 0, ...amounts(quote, executedOut(quote, landed)) }
}

/** A failed swap is told with the amounts it would have had: they are no fill. */
function programFailure({ quote }: OpenOrder, { signature, slot }: LandedTransaction, err: TransactionErrorJson) {
  const inner = typeof err === 'object' && Array.isArray(err.InstructionError) ? err.InstructionError[1] : undefined
  const code = typeof inner === 'object' && inner !== null && 'Custom' in inner ? Number(inner.Custom) : -1000
  const failed = { status: 'Failed', signature, slot: String(slot), code, error: errorText(err) }
  return { ...failed, ...amounts(quote, quote.out) }
}

/** What arrived in the wallet, from what left the vault. */
function executedOut({ output, feeOnInput, request, pool }: OpenOrder['quote'], landed: LandedTransaction): bigint {
  const index = landed.keys.indexOf(output.vault)
  const amount = (balances: LandedTransaction['preTokenBalances']) =>
    BigInt(balances.find(({ accountIndex }) => accountIndex === index)?.uiTokenAmount.amount ?? 0)
  const left = amount(landed.preTokenBalances) - amount(landed.postTokenBalances)
  // The fee left the vault too, and was rounded down from what is missing there.
  const fee = feeOnInput ? 0n : (left * BigInt(request.platformFeeBps)) / 10_000n
  return left - fee - transferFeeOn(left - fee, output.mint === pool.token.mint ? pool.token.transferFee : undefined)
}

function amounts({ request, platformFee, feeOnInput }: OpenOrder['quote'], out: bigint) {
  const inputResult = feeOnInput ? request.amount - platformFee : request.amount
  const outputResult = feeOnInput ? out : out + platformFee
  return {
    totalInputAmount: String(request.amount),
    totalOutputAmount: String(out),
    inputAmountResult: String(inputResult),
    outputAmountResult: String(outputResult),
    swapEvents: [
      {
        inputMint: request.inputMint,
        inputAmount: String(inputResult),
        outputMint: request.outputMint,
        outputAmount: String(outputResult),
      },
    ],
  }
}
