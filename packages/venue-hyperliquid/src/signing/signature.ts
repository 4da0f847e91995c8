import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { Hex } from './hex.ts'
import { fromHexPadded, toHex } from './hex.ts'

/** A signature as the venue's envelope carries it: both halves 32 bytes, `v` 27 or 28. */
export interface Signature {
  readonly r: Hex
  readonly s: Hex
  readonly v: number
}

/** What a signer of the runner answers (core's `Signature`): r and s, and which of the two public keys made them. */
export interface RawSignature {
  /** r followed by s, 32 bytes each. */
  readonly bytes: Uint8Array
  readonly recovery: 0 | 1 | null
}

/** The venue's form of a signer's answer. @throws {RangeError} when it is not 64 bytes with recovery 0 or 1. */
export function signatureFromBytes(raw: RawSignature): Signature {
  if (raw.bytes.length !== 64) throw new RangeError(`a signature has 64 bytes, got ${raw.bytes.length}`)
  if (raw.recovery !== 0 && raw.recovery !== 1) throw new RangeError(`recovery must be 0 or 1, got ${raw.recovery}`)
  return {
    r: toHex(raw.bytes.subarray(0, 32)),
    s: toHex(raw.bytes.subarray(32, 64)),
    v: 27 + raw.recovery,
  }
}

/** The bytes of an envelope's signature; short `r` and `s` are padded. @throws {RangeError} for a `v` outside 0, 1, 27, 28. */
export function signatureToBytes(signature: {
  readonly r: string
  readonly s: string
  readonly v: number
}): RawSignature {
  const recovery = signature.v >= 27 ? signature.v - 27 : signature.v
  if (recovery !== 0 && recovery !== 1) throw new RangeError(`v must be 27 or 28, got ${signature.v}`)
  return { bytes: concatBytes(fromHexPadded(signature.r, 32), fromHexPadded(signature.s, 32)), recovery }
}

/**
 * The address whose key signed the digest. It always names *an* address: for a digest other than the signed one, a random one.
 * @throws when the signature belongs to no key at all (r or s out of range).
 */
export function recoverAddress(
  digest: Uint8Array,
  signature: Parameters<typeof signatureToBytes>[0] | RawSignature,
): Hex {
  const raw = 'bytes' in signature ? signature : signatureToBytes(signature)
  const recovered = concatBytes(Uint8Array.of(raw.recovery ?? 0), raw.bytes)
  const publicKey = secp256k1.recoverPublicKey(recovered, digest, { prehash: false })
  return publicKeyAddress(publicKey)
}

/** The address of a public key, compressed or not: the last 20 bytes of keccak256 of its point. */
export function publicKeyAddress(publicKey: Uint8Array): Hex {
  const point = secp256k1.Point.fromBytes(publicKey).toBytes(false)
  return toHex(keccak_256(point.subarray(1)).subarray(12))
}
