import type { Address } from '@solana/kit'
import { address } from '@solana/kit'
import type { AccountState } from './account-state.ts'
import { SYSTEM_PROGRAM } from './addresses.ts'
import type { SavedAccount } from './journal.ts'

/** An account that is gone: the runtime takes one without lamports for it. */
const GONE: AccountState = { lamports: 0n, data: new Uint8Array(), owner: SYSTEM_PROGRAM, executable: false }

export function savedAccount(at: Address, state: AccountState | undefined): SavedAccount {
  if (state === undefined) return [at, null]
  return [at, String(state.lamports), state.owner, Buffer.from(state.data).toString('base64'), state.executable]
}

/** The reverse of {@link savedAccount}. */
export function restoredAccount([at, ...saved]: SavedAccount): { readonly at: Address; readonly state: AccountState } {
  const [balance, owner, data, executable] = saved
  if (balance === null || owner === undefined || data === undefined) return { at: address(at), state: GONE }
  const state = {
    lamports: BigInt(balance),
    data: Uint8Array.from(Buffer.from(data, 'base64')),
    owner: address(owner),
    executable: executable ?? false,
  }
  return { at: address(at), state }
}
