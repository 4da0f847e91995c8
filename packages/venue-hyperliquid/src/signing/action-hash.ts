import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { addressBytes } from './hex.ts'
import type { ActionValue } from './msgpack.ts'
import { encodeMsgpack } from './msgpack.ts'

/** What is hashed beside the action itself. It must equal the envelope that is sent, field by field. */
export interface ActionEnvelope {
  /** Unique per signer, ms of the signer's clock as a rule. */
  readonly nonce: number
  /** The vault or sub-account the action is for; absent or null for the signer's own (or its master's) account. */
  readonly vaultAddress?: string | null | undefined
  /** Ms UTC after which the venue refuses the action; absent or null for never. */
  readonly expiresAfter?: number | null | undefined
}

/**
 * keccak256(msgpack(action) | nonce u64 | vault ? 01 + 20 bytes : 00 | expiry ? 00 + u64 : nothing), all integers big-endian.
 * Source: `hyperliquid-python-sdk` `signing.action_hash`.
 */
export function actionHash(action: ActionValue, envelope: ActionEnvelope): Uint8Array {
  const parts = [encodeMsgpack(action), u64(envelope.nonce)]
  if (envelope.vaultAddress == null) parts.push(Uint8Array.of(0))
  else parts.push(Uint8Array.of(1), addressBytes(envelope.vaultAddress))
  if (envelope.expiresAfter != null) parts.push(Uint8Array.of(0), u64(envelope.expiresAfter))
  return keccak_256(concatBytes(...parts))
}

function u64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`nonce and expiry must be non-negative integers, got ${value}`)
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}
