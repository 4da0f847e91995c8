import { createPublicKey, verify } from 'node:crypto'
import type { Address, CompiledTransactionMessage, ReadonlyUint8Array, Transaction } from '@solana/kit'
import {
  address,
  getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder,
  getTransactionDecoder,
  getTransactionEncoder,
} from '@solana/kit'
import type { AccountState } from './account-state.ts'
import { base58, bytesOf, COMPUTE_BUDGET_PROGRAM, LOOKUP_TABLE_PROGRAM } from './addresses.ts'

const TABLE_HEADER_BYTES = 56
const LAMPORTS_PER_SIGNATURE = 5_000
const DEFAULT_UNITS = 200_000
const MAX_UNITS = 1_400_000
/** The header that makes 32 bytes an Ed25519 public key in DER. */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export interface WireInstruction {
  readonly program: Address
  readonly programIndex: number
  readonly accounts: readonly number[]
  readonly data: Uint8Array
}

/** A transaction as it came over the wire, taken apart. */
export interface WireTransaction {
  readonly bytes: Uint8Array
  readonly parsed: Transaction
  /** The first signature, base58: the transaction's name. */
  readonly signature: string
  readonly signatures: readonly string[]
  readonly version: 'legacy' | 0 | 1
  readonly message: CompiledTransactionMessage
  readonly blockhash: string
  /** Static accounts, then those of lookup tables: writable, then read-only. */
  readonly keys: readonly Address[]
  readonly loaded: { readonly writable: readonly Address[]; readonly readonly: readonly Address[] }
  readonly instructions: readonly WireInstruction[]
  /** Lamports: signatures and priority. */
  readonly fee: number
}

type Loaded = WireTransaction['loaded']

/**
 * Decodes wire bytes; `read` looks up lookup tables.
 * @throws when the bytes are no transaction.
 */
export function decodeWire(bytes: Uint8Array, read: (address: Address) => AccountState | undefined): WireTransaction {
  return assemble(bytes, (message) => loadedAddresses(message, read))
}

/** Decodes a transaction of which it is known what its lookup tables held. */
export function takeApart(
  bytes: Uint8Array,
  loaded: { readonly writable: readonly string[]; readonly readonly: readonly string[] },
): WireTransaction {
  const known = {
    writable: loaded.writable.map((at) => address(at)),
    readonly: loaded.readonly.map((at) => address(at)),
  }
  return assemble(bytes, () => known)
}

function assemble(bytes: Uint8Array, load: (message: CompiledTransactionMessage) => Loaded): WireTransaction {
  const parsed = getTransactionDecoder().decode(bytes)
  const message = getCompiledTransactionMessageDecoder().decode(parsed.messageBytes)
  // The native runtime dies of bytes that it cannot read: only what is written as it was read gets there.
  const again = getTransactionEncoder().encode(parsed)
  const messageAgain = getCompiledTransactionMessageEncoder().encode(message)
  if (!sameBytes(again, bytes) || !sameBytes(messageAgain, parsed.messageBytes))
    throw new RangeError('io error: unexpected end of file')
  const signatures = Object.values(parsed.signatures).map((signature) =>
    base58(Uint8Array.from(signature ?? new Uint8Array(64))),
  )
  const loaded = load(message)
  const instructions = instructionsOf(message)
  return {
    bytes,
    parsed,
    signature: signatures[0] ?? '',
    signatures,
    version: message.version,
    message,
    blockhash: 'lifetimeToken' in message ? String(message.lifetimeToken) : '',
    keys: [...message.staticAccounts, ...loaded.writable, ...loaded.readonly],
    loaded,
    instructions,
    fee: LAMPORTS_PER_SIGNATURE * signatures.length + priorityFee(message, instructions),
  }
}

/** Whether every signer of the message has signed it. */
export function signaturesHold({ parsed }: WireTransaction): boolean {
  return Object.entries(parsed.signatures).every(([signer, signature]) => {
    if (signature === null) return false
    const key = createPublicKey({ key: Buffer.concat([DER_PREFIX, bytesOf(signer)]), format: 'der', type: 'spki' })
    return verify(null, Uint8Array.from(parsed.messageBytes), key, Uint8Array.from(signature))
  })
}

/** Whether the account at an index of `keys` may be written. */
export function isWritable({ message, loaded }: WireTransaction, index: number): boolean {
  const { numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts } = message.header
  const statics = message.staticAccounts.length
  if (index >= statics) return index < statics + loaded.writable.length
  if (index < numSignerAccounts) return index < numSignerAccounts - numReadonlySignerAccounts
  return index < statics - numReadonlyNonSignerAccounts
}

function instructionsOf(message: CompiledTransactionMessage): WireInstruction[] {
  const program = (index: number) => message.staticAccounts[index] ?? address('11111111111111111111111111111111')
  if (message.version === 1) {
    return message.instructionHeaders.map(({ programAccountIndex }, index) => {
      const payload = message.instructionPayloads[index]
      return {
        program: program(programAccountIndex),
        programIndex: programAccountIndex,
        accounts: payload?.instructionAccountIndices ?? [],
        data: Uint8Array.from(payload?.instructionData ?? []),
      }
    })
  }
  return message.instructions.map(({ programAddressIndex, accountIndices, data }) => ({
    program: program(programAddressIndex),
    programIndex: programAddressIndex,
    accounts: accountIndices ?? [],
    data: Uint8Array.from(data ?? []),
  }))
}

function loadedAddresses(
  message: CompiledTransactionMessage,
  read: (address: Address) => AccountState | undefined,
): WireTransaction['loaded'] {
  const writable: Address[] = []
  const readonly: Address[] = []
  const lookups = message.version === 0 ? (message.addressTableLookups ?? []) : []
  for (const { lookupTableAddress, writableIndexes, readonlyIndexes } of lookups) {
    const table = read(lookupTableAddress)
    // A table that is not there fails in the runtime, with its own error.
    if (table === undefined || table.owner !== LOOKUP_TABLE_PROGRAM) continue
    const at = (index: number) => {
      const start = TABLE_HEADER_BYTES + 32 * index
      return address(base58(table.data.subarray(start, start + 32)))
    }
    const size = Math.floor((table.data.length - TABLE_HEADER_BYTES) / 32)
    writable.push(...writableIndexes.filter((index) => index < size).map(at))
    readonly.push(...readonlyIndexes.filter((index) => index < size).map(at))
  }
  return { writable, readonly }
}

/** Lamports: ceil(unit limit * price in micro-lamports / 1e6). */
function priorityFee(message: CompiledTransactionMessage, instructions: readonly WireInstruction[]): number {
  if (message.version === 1) return 0
  let limit: number | undefined
  let price = 0n
  let others = 0
  for (const { program, data } of instructions) {
    if (program !== COMPUTE_BUDGET_PROGRAM) {
      others++
      continue
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    if (data[0] === 2 && data.length >= 5) limit = view.getUint32(1, true)
    if (data[0] === 3 && data.length >= 9) price = view.getBigUint64(1, true)
  }
  const units = BigInt(Math.min(limit ?? others * DEFAULT_UNITS, MAX_UNITS))
  return Number((units * price + 999_999n) / 1_000_000n)
}

function sameBytes(a: ReadonlyUint8Array, b: ReadonlyUint8Array): boolean {
  return Buffer.compare(Uint8Array.from(a), Uint8Array.from(b)) === 0
}
