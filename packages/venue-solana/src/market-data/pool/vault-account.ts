import { getAddressDecoder } from '@solana/kit'
import type { ChainAccount } from '../../instruments/account-reader.ts'
import { isTokenProgram } from '../../instruments/token-programs.ts'

/** A token account as far as a price needs it. */
export interface Vault {
  readonly mint: string
  /** Base units, without decimals. */
  readonly amount: bigint
}

/** Length of a token account without extensions; with them it is longer. */
const LENGTH = 165
const AMOUNT_AT = 64
const STATE_AT = 108
/** Token-2022 writes what kind of account it is behind the base layout. */
const ACCOUNT_KIND = 2

const decodeAddress = getAddressDecoder()

/**
 * Reads a token account of either token program: mint, owner, then the amount as u64 LE at 64. Source: `spl_token::state::Account`.
 * `null` when it is none.
 */
export function readVault(account: ChainAccount): Vault | null {
  const { owner, data } = account
  if (!isTokenProgram(owner) || data.length < LENGTH) return null
  if (data.length > LENGTH && data[LENGTH] !== ACCOUNT_KIND) return null
  const state = data[STATE_AT]
  if (state !== 1 && state !== 2) return null
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return { mint: decodeAddress.decode(data.subarray(0, 32)), amount: view.getBigUint64(AMOUNT_AT, true) }
}
