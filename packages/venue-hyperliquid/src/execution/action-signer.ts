import type { Signer } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import type { ActionValue, Hex } from '../signing/index.ts'
import { l1ActionDigest, publicKeyAddress, signatureFromBytes } from '../signing/index.ts'
import type { NonceSequence } from './nonce-sequence.ts'
import { nonceSequence } from './nonce-sequence.ts'
import type { VenueTime } from './venue-time.ts'

/** A signed action, ready to be sent. */
export interface SignedAction {
  /** JSON text of the envelope. Not for logs: whoever has it before it expires can send it. */
  readonly body: string
  readonly nonce: number
  /** ms. */
  readonly expiresAfter: number
}

/** Signs actions with the entry's key, which stays with the runner. */
export class ActionSigner {
  readonly #options: HyperliquidOptions
  readonly #time: VenueTime
  readonly #signer: Signer
  readonly #nonces: NonceSequence
  /** Address of the key: that of an agent or of an account itself. */
  readonly address: Hex

  /** @throws {VenueError} `misconfigured` when the key is of another kind. */
  constructor(options: HyperliquidOptions, time: VenueTime, signer: Signer) {
    if (signer.scheme !== 'secp256k1') {
      throw new VenueError('misconfigured', `Hyperliquid needs a secp256k1 key, and this one is ${signer.scheme}`)
    }
    this.#options = options
    this.#time = time
    this.#signer = signer
    this.address = publicKeyAddress(signer.publicKey)
    // By network and not by address: two entries may reach the same network by different ways.
    this.#nonces = nonceSequence(options.network === 'simulator' ? options.url : options.network, this.address)
  }

  /** Signs for the entry's network and vault, with the next nonce and an expiry from now. */
  async sign(action: ActionValue): Promise<SignedAction> {
    const { network, vault, timing } = this.#options
    const now = this.#time.now()
    const nonce = this.#nonces.next(now)
    const expiresAfter = now + timing.orderTtlMs
    const vaultAddress = vault ?? null
    const digest = l1ActionDigest(action, { nonce, vaultAddress, expiresAfter, isMainnet: network === 'mainnet' })
    const signature = signatureFromBytes(await this.#signer.sign(digest))
    const envelope = { action, nonce, signature, vaultAddress, expiresAfter }
    return { body: JSON.stringify(envelope), nonce, expiresAfter }
  }

  /** A sealed order of a former process shows how far its nonces went. */
  sawNonce(nonce: number): void {
    this.#nonces.used(nonce, this.#time.now())
  }

  /** The venue refused a nonce that was used here for the first time. */
  nonceWasRefused(): void {
    this.#nonces.refused(this.#time.now())
  }
}
