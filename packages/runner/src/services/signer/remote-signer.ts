import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Signature, SignatureScheme, Signer } from '@portolan/core'
import { RunnerError } from '../../runner-error.ts'
import type { HeldSigner } from './held-signer.ts'
import { isSigner } from './is-signer.ts'

/** A signer whose key is elsewhere (a hardware wallet, a key service), or a function that connects one. */
export type RemoteSigner = Signer | (() => Signer | Promise<Signer>)

const PUBLIC_KEY_BYTES: Readonly<Record<SignatureScheme, number>> = { secp256k1: 65, ed25519: 32 }
/** An order that waits longer for its signature is out of date, ms. */
const SIGN_WITHIN_MS = 15_000

/**
 * Connects a remote signer. Every signature that it gives is verified, and one that takes longer than 15 s is not waited for.
 * @param where names it in errors.
 * @throws {RunnerError} `key-unreadable` when it cannot be connected, `key-invalid` when it signs with another scheme or names no public key.
 */
export async function connectRemoteSigner(
  scheme: SignatureScheme,
  remote: RemoteSigner,
  where: string,
): Promise<HeldSigner> {
  let signer: unknown
  try {
    signer = typeof remote === 'function' ? await remote() : remote
  } catch (cause) {
    throw new RunnerError('key-unreadable', `The remote signer of ${where} could not be connected`, { cause })
  }
  if (!isSigner(signer)) {
    throw new RunnerError('key-invalid', `The remote signer of ${where} has no scheme, publicKey and sign()`)
  }
  if (signer.scheme !== scheme) {
    throw new RunnerError('key-invalid', `The remote signer of ${where} signs with ${signer.scheme}, not ${scheme}`)
  }
  if (signer.publicKey.length !== PUBLIC_KEY_BYTES[scheme]) {
    throw new RunnerError(
      'key-invalid',
      `The public key of the remote signer of ${where} has ${signer.publicKey.length} bytes, ${PUBLIC_KEY_BYTES[scheme]} are expected`,
    )
  }
  return new VerifiedRemoteSigner(signer)
}

class VerifiedRemoteSigner implements HeldSigner {
  readonly scheme: SignatureScheme
  readonly #publicKey: Uint8Array
  #remote: Signer | null

  constructor(remote: Signer) {
    this.scheme = remote.scheme
    this.#publicKey = remote.publicKey.slice()
    this.#remote = remote
  }

  get publicKey(): Uint8Array {
    return this.#publicKey.slice()
  }

  async sign(bytes: Uint8Array): Promise<Signature> {
    if (this.#remote === null) throw new Error('This signer has been disposed of')
    const signature = await inTime(this.#remote.sign(bytes.slice()))
    if (!this.#verifies(signature, bytes))
      throw new Error('The remote signer gave a signature that is not one of its key')
    return { bytes: signature.bytes.slice(), recovery: signature.recovery }
  }

  #verifies({ bytes, recovery }: Signature, message: Uint8Array): boolean {
    if (bytes.length !== 64) return false
    try {
      if (this.scheme === 'ed25519') return ed25519.verify(bytes, message, this.#publicKey)
      if (recovery === null) return false
      return secp256k1.verify(bytes, message, this.#publicKey, { prehash: false, lowS: true })
    } catch {
      return false
    }
  }

  [Symbol.dispose](): void {
    this.#remote = null
  }

  toJSON(): { readonly scheme: SignatureScheme; readonly publicKey: string } {
    return { scheme: this.scheme, publicKey: Buffer.from(this.#publicKey).toString('hex') }
  }

  toString(): string {
    return `remote ${this.scheme} signer of ${Buffer.from(this.#publicKey).toString('hex')}`
  }

  [inspect.custom](): string {
    return `[${this.toString()}]`
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new Error(`The remote signer did not answer within ${SIGN_WITHIN_MS} ms`))
  }, SIGN_WITHIN_MS)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
