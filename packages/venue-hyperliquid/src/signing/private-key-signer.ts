import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Hex } from './hex.ts'
import { fromHexPadded } from './hex.ts'
import type { RawSignature } from './signature.ts'
import { publicKeyAddress } from './signature.ts'

/** A key in memory. For tests and throwaway keys: in production keys stay with the runner, which only hands out `sign`. */
export interface PrivateKeySigner {
  readonly address: Hex
  /** Deterministic (RFC 6979), low-S. The digest is signed as it is. */
  sign(digest: Uint8Array): RawSignature
}

/** A signer over a private key of 32 bytes, as bytes or hex. @throws when it is no valid key. */
export function privateKeySigner(privateKey: Uint8Array | string): PrivateKeySigner {
  const key = typeof privateKey === 'string' ? fromHexPadded(privateKey, 32) : privateKey
  const address = publicKeyAddress(secp256k1.getPublicKey(key))
  return {
    address,
    sign(digest) {
      const bytes = secp256k1.sign(digest, key, { prehash: false, lowS: true, format: 'recovered' })
      return { bytes: bytes.slice(1), recovery: bytes[0] === 1 ? 1 : 0 }
    },
  }
}
