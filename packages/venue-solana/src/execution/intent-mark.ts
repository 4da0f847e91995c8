import { sha256 } from '@noble/hashes/sha2.js'

/**
 * A number of 32 bits that is always the same for an intent, and hardly ever for two. It makes the transactions of two intents differ that ask for the same
 * swap at the same time.
 */
export function intentMark(intentId: string): number {
  const hash = sha256(new TextEncoder().encode(`portolan intent ${intentId}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0)
}
