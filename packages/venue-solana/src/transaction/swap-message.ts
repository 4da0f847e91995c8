import type { Address, AddressesByLookupTableAddress, Blockhash } from '@solana/kit'
import {
  address,
  appendTransactionMessageInstructions,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import type { SwapInstruction } from './jupiter-instruction.ts'

/** Bytes of a version 0 transaction at most, signatures included. Source: Solana's packet size. */
const MAX_BYTES = 1_232

export interface SwapMessageParts {
  readonly wallet: string
  readonly instructions: readonly SwapInstruction[]
  readonly lookupTables: Readonly<Record<string, readonly string[]>>
  readonly blockhash: string
  readonly lastValidBlockHeight: number
}

/** A message ready to be signed. */
export interface UnsignedSwap {
  /** What the signature covers. */
  readonly messageBytes: Uint8Array
  /** The transaction in base64, with zeros for a signature: for simulation. */
  readonly wire: string
}

/**
 * Assembles a version 0 transaction that the wallet alone pays for and signs.
 * @throws {TransactionTooLargeError}
 */
export function compileSwap(parts: SwapMessageParts): UnsignedSwap {
  const tables = Object.fromEntries(
    Object.entries(parts.lookupTables).map(([table, addresses]) => [table, addresses.map((each) => address(each))]),
  ) as AddressesByLookupTableAddress
  const lifetime = {
    blockhash: parts.blockhash as Blockhash,
    lastValidBlockHeight: BigInt(parts.lastValidBlockHeight),
  }
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayer(parts.wallet as Address, empty),
    (paid) => setTransactionMessageLifetimeUsingBlockhash(lifetime, paid),
    (living) => appendTransactionMessageInstructions(parts.instructions, living),
    (full) => compressTransactionMessageUsingAddressLookupTables(full, tables),
  )
  const transaction = compileTransaction(message)
  const wire = getBase64EncodedWireTransaction(transaction)
  const bytes = Buffer.from(wire, 'base64').length
  if (bytes > MAX_BYTES) throw new TransactionTooLargeError(bytes)
  return { messageBytes: Uint8Array.from(transaction.messageBytes), wire }
}

/** A route with so many accounts that it does not fit into a transaction: `maxAccounts` makes smaller ones. */
export class TransactionTooLargeError extends Error {
  override readonly name = 'TransactionTooLargeError'
  readonly bytes: number
  constructor(bytes: number) {
    super(`the transaction has ${bytes} bytes, ${MAX_BYTES} are possible: lower execution.maxAccounts`)
    this.bytes = bytes
  }
}
