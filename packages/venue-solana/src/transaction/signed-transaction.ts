import { ed25519 } from '@noble/curves/ed25519.js'
import type { Signer } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { getBase58Decoder } from '@solana/kit'

/** A transaction as the network takes it, and by which it is found there. */
export interface SignedTransaction {
  /** Base64. */
  readonly wire: string
  /** Base58 of the first signature: known before anything is sent. */
  readonly signature: string
}

const SIGNATURE_BYTES = 64

/**
 * Signs a message of one signer. ed25519 is deterministic: the same message gives the same transaction.
 * @throws {VenueError} `misconfigured` when the signer is of another scheme or returns no valid signature.
 */
export async function signMessage(signer: Signer, messageBytes: Uint8Array): Promise<SignedTransaction> {
  if (signer.scheme !== 'ed25519')
    throw new VenueError('misconfigured', `Solana needs an ed25519 key, not ${signer.scheme}`)
  const { bytes } = await signer.sign(messageBytes)
  if (bytes.length !== SIGNATURE_BYTES) {
    throw new VenueError(
      'misconfigured',
      `the signer returned ${bytes.length} bytes, a signature has ${SIGNATURE_BYTES}`,
    )
  }
  // A signer elsewhere may answer with anything. An invalid signature could never land, and a search for it would say so for good.
  if (!ed25519.verify(bytes, messageBytes, signer.publicKey)) {
    throw new VenueError('misconfigured', 'the signer returned a signature that is not one of its key')
  }
  // A compact array: one signature, then the message.
  const wire = Buffer.concat([Uint8Array.of(1), bytes, messageBytes])
  return { wire: wire.toString('base64'), signature: getBase58Decoder().decode(bytes) }
}

/** The address of a signer: its public key in base58. */
export function addressOf(signer: Signer): string {
  return getBase58Decoder().decode(signer.publicKey)
}
