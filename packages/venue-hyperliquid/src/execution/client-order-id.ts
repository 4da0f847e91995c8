import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Hex } from '../signing/index.ts'
import { toHex } from '../signing/index.ts'

/**
 * The client order id (128 bits) of an intent. A hash, so that the same intent has the same id after a restart and any text may name it;
 * the venue leaves uniqueness to the client.
 */
export function clientOrderId(intentId: string): Hex {
  return toHex(keccak_256(utf8ToBytes(`portolan/hyperliquid/${intentId}`)).subarray(0, 16))
}
