import type { Address } from '@solana/kit'

/** An account as the chain keeps it. One that does not exist is `undefined`. */
export interface AccountState {
  readonly lamports: bigint
  readonly data: Uint8Array
  /** The program that owns it. */
  readonly owner: Address
  readonly executable: boolean
}

export function sameAccount(a: AccountState | undefined, b: AccountState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.lamports === b.lamports && a.owner === b.owner && Buffer.compare(a.data, b.data) === 0
}
