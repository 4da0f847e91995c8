import type { AccountState } from '../chain/account-state.ts'
import { bytesOf } from '../chain/addresses.ts'
import type { Config } from './params.ts'
import { isConfig, wholeNumber } from './params.ts'
import { invalidParams } from './rpc-error.ts'

/** Whether an account passes one filter of `getProgramAccounts` or `programSubscribe`: `dataSize` or `memcmp`. */
export function matchesFilters({ data }: AccountState, filter: Config): boolean {
  if ('dataSize' in filter) return data.length === wholeNumber(filter.dataSize)
  if ('tokenAccountState' in filter) return data.length >= 165 && data[108] !== 0
  if (!isConfig(filter.memcmp) || typeof filter.memcmp.bytes !== 'string')
    throw invalidParams('Invalid params: unknown filter.')
  const { offset, bytes, encoding } = filter.memcmp
  const expected = encoding === 'base64' ? Uint8Array.from(Buffer.from(bytes, 'base64')) : bytesOf(bytes)
  const start = wholeNumber(offset)
  return Buffer.compare(data.subarray(start, start + expected.length), expected) === 0
}
