import type { Signer } from '@portolan/core'

/** Whether a value looks like a {@link Signer}. */
export function isSigner(value: unknown): value is Signer {
  if (typeof value !== 'object' || value === null) return false
  if (!('scheme' in value) || !('publicKey' in value) || !('sign' in value)) return false
  return value.publicKey instanceof Uint8Array && typeof value.sign === 'function' && typeof value.scheme === 'string'
}
