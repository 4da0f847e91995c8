import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { SignatureScheme } from '@portolan/core'
import { base58 } from '@scure/base'

/** A new random key as text that `parseKeyText` reads: hex for secp256k1, base58 of both halves for ed25519. For throwaway accounts. */
export function generateKey(scheme: SignatureScheme): string {
  switch (scheme) {
    case 'secp256k1':
      return `0x${Buffer.from(secp256k1.utils.randomSecretKey()).toString('hex')}`
    case 'ed25519': {
      const seed = Uint8Array.from(randomBytes(32))
      return base58.encode(Uint8Array.from([...seed, ...ed25519.getPublicKey(seed)]))
    }
  }
}
