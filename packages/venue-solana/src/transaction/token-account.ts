import { getAddressDecoder } from '@solana/kit'

/** A token account as its data tell it. */
export interface TokenAccount {
  readonly mint: string
  readonly owner: string
  readonly amount: bigint
  /** Somebody else may move its tokens. */
  readonly delegated: boolean
  /** Somebody else may close it. */
  readonly closableByOthers: boolean
  readonly frozen: boolean
}

/** Both token programs begin an account with these bytes; Token-2022 adds extensions behind. Source: spl-token `Account`. */
const LENGTH = 165
const OWNER = 32
const AMOUNT = 64
const DELEGATE_TAG = 72
const STATE = 108
const CLOSE_AUTHORITY_TAG = 129
const CLOSE_AUTHORITY = 133
const FROZEN = 2

const addresses = getAddressDecoder()

/** Reads a token account; `null` when the data are none. */
export function readTokenAccount(data: Uint8Array): TokenAccount | null {
  if (data.length < LENGTH || data[STATE] === 0) return null
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const owner = addresses.decode(data, OWNER)
  return {
    mint: addresses.decode(data, 0),
    owner,
    amount: view.getBigUint64(AMOUNT, true),
    delegated: view.getUint32(DELEGATE_TAG, true) !== 0,
    closableByOthers:
      view.getUint32(CLOSE_AUTHORITY_TAG, true) !== 0 && addresses.decode(data, CLOSE_AUTHORITY) !== owner,
    frozen: data[STATE] === FROZEN,
  }
}
