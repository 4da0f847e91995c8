import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { Address } from '@solana/kit'
import { address, getBase58Decoder, getBase58Encoder } from '@solana/kit'

export const TOKEN_PROGRAM = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA')
export const TOKEN_2022_PROGRAM = address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb')
export const SYSTEM_PROGRAM = address('11111111111111111111111111111111')
export const ATA_PROGRAM = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL')
export const COMPUTE_BUDGET_PROGRAM = address('ComputeBudget111111111111111111111111111111')
export const LOOKUP_TABLE_PROGRAM = address('AddressLookupTab1e1111111111111111111111111')
export const WRAPPED_SOL = address('So11111111111111111111111111111111111111112')
/** Jupiter's aggregator: the simulator's router and AMM stands at its address, so that its error codes are told apart as in production. */
export const SWAP_PROGRAM = address('JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4')

const TEXT = new TextEncoder()

export function base58(bytes: Uint8Array): string {
  return getBase58Decoder().decode(bytes)
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(getBase58Encoder().encode(text))
}

/** A key pair of the simulator's own. Nothing of value is behind it. */
export interface SimulatedKey {
  readonly address: Address
  readonly seed: Uint8Array
}

/** The same name gives the same key everywhere. */
export function keyOf(...parts: readonly (string | number)[]): SimulatedKey {
  const seed = sha256(TEXT.encode(`portolan solana simulator:${parts.join(':')}`))
  return { address: address(base58(ed25519.getPublicKey(seed))), seed }
}

/** An address that nobody has the key of: for whoever is only named. Far cheaper than a key. */
export function nameOf(...parts: readonly (string | number)[]): string {
  return base58(sha256(TEXT.encode(`portolan solana simulator name:${parts.join(':')}`)))
}

/** As `nameOf`, with the length of a signature. */
export function signatureNameOf(...parts: readonly (string | number)[]): string {
  return base58(sha512(TEXT.encode(`portolan solana simulator signature:${parts.join(':')}`)))
}

/** The program address of the seeds, with its bump, found as the runtime does. */
export function programAddress(program: Address, seeds: readonly Uint8Array[]): { address: Address; bump: number } {
  for (let bump = 255; bump >= 0; bump--) {
    const hash = sha256.create()
    for (const seed of seeds) hash.update(seed)
    const candidate = hash
      .update(Uint8Array.of(bump))
      .update(bytesOf(program))
      .update(TEXT.encode('ProgramDerivedAddress'))
      .digest()
    if (!isOnCurve(candidate)) return { address: address(base58(candidate)), bump }
  }
  throw new Error('no program address for these seeds')
}

/** The associated token account of an owner. */
export function associatedAccount(owner: Address, mint: Address, tokenProgram: Address): Address {
  return programAddress(ATA_PROGRAM, [bytesOf(owner), bytesOf(tokenProgram), bytesOf(mint)]).address
}

function isOnCurve(bytes: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(bytes)
    return true
  } catch {
    return false
  }
}
