import type { Clock, Signer } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import type { ActionValue, Hex } from '../signing/index.ts'
import { l1ActionDigest, publicKeyAddress, signatureFromBytes } from '../signing/index.ts'
import { nextNonce } from './nonce-sequence.ts'

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
  readonly #clock: Clock
  readonly #signer: Signer
  /** Address of the key: that of an agent or of an account itself. */
  readonly address: Hex

  /** @throws {VenueError} `misconfigured` when the key is of another kind. */
  constructor(options: HyperliquidOptions, clock: Clock, signer: Signer) {
    if (signer.scheme !== 'secp256k1') {
      throw new VenueError('misconfigured', `Hyperliquid needs a secp256k1 key, and this one is ${signer.scheme}`)
    }
    this.#options = options
    this.#clock = clock
    this.#signer = signer
    this.address = publicKeyAddress(signer.publicKey)
  }

  /** Signs for the entry's network and vault, with the next nonce and an expiry from now. */
  async sign(action: ActionValue): Promise<SignedAction> {
    const { url, network, vault, timing } = this.#options
    const now = this.#clock.now()
    const nonce = nextNonce(url, this.address, now)
    const expiresAfter = Math.floor(now) + timing.orderTtlMs
    const vaultAddress = vault ?? null
    const digest = l1ActionDigest(action, { nonce, vaultAddress, expiresAfter, isMainnet: network === 'mainnet' })
    const signature = signatureFromBytes(await this.#signer.sign(digest))
    const envelope = { action, nonce, signature, vaultAddress, expiresAfter }
    return { body: JSON.stringify(envelope), nonce, expiresAfter }
  }
}
