import type { Account } from '../engine/account.ts'

/** The end of a refusal for want of volume. */
export function enoughVolume(required: number, account: Account): string {
  return `enough volume traded. Required: $${required}. Traded: $${account.volume.toDecimalPlaces(2).toFixed()}.`
}
