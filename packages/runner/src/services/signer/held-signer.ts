import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Signature, SignatureScheme, Signer } from '@portolan/core'

/** A signer whose key is in this process's memory. Disposing zeroes it. */
export interface HeldSigner extends Signer, Disposable {}

/**
 * A signer over a private key of 32 bytes, which it takes over: the caller's buffer is zeroed. However it is printed, only scheme and public key show.
 * secp256k1 signatures are deterministic (RFC 6979) and low-S.
 */
export function holdKey(scheme: SignatureScheme, key: Uint8Array): HeldSigner {
  const own = key.slice()
  key.fill(0)
  return scheme === 'secp256k1' ? new Secp256k1Signer(own) : new Ed25519Signer(own)
}

abstract class KeySigner implements HeldSigner {
  abstract readonly scheme: SignatureScheme
  readonly #publicKey: Uint8Array
  #key: Uint8Array | null

  constructor(key: Uint8Array, publicKey: Uint8Array) {
    this.#key = key
    this.#publicKey = publicKey
  }

  /** A copy each time: an adapter that writes to it changes nothing. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice()
  }

  async sign(bytes: Uint8Array): Promise<Signature> {
    if (this.#key === null) throw new Error('This signer has been disposed of')
    return this.signWith(this.#key, bytes)
  }

  protected abstract signWith(key: Uint8Array, bytes: Uint8Array): Signature

  [Symbol.dispose](): void {
    this.#key?.fill(0)
    this.#key = null
  }

  toJSON(): { readonly scheme: SignatureScheme; readonly publicKey: string } {
    return { scheme: this.scheme, publicKey: Buffer.from(this.#publicKey).toString('hex') }
  }

  toString(): string {
    return `${this.scheme} signer of ${Buffer.from(this.#publicKey).toString('hex')}`
  }

  [inspect.custom](): string {
    return `[${this.toString()}]`
  }
}

class Secp256k1Signer extends KeySigner {
  readonly scheme = 'secp256k1'

  constructor(key: Uint8Array) {
    super(key, secp256k1.getPublicKey(key, false))
  }

  protected override signWith(key: Uint8Array, digest: Uint8Array): Signature {
    if (digest.length !== 32) throw new RangeError(`secp256k1 signs a digest of 32 bytes, got ${digest.length}`)
    const signed = secp256k1.sign(digest, key, { prehash: false, lowS: true, format: 'recovered' })
    return { bytes: signed.slice(1), recovery: signed[0] === 1 ? 1 : 0 }
  }
}

class Ed25519Signer extends KeySigner {
  readonly scheme = 'ed25519'

  constructor(key: Uint8Array) {
    super(key, ed25519.getPublicKey(key))
  }

  protected override signWith(key: Uint8Array, message: Uint8Array): Signature {
    return { bytes: ed25519.sign(message, key), recovery: null }
  }
}
