import type { AccountState } from '../chain/account-state.ts'
import { base58, TOKEN_PROGRAM } from '../chain/addresses.ts'
import { uiTokenAmount } from '../chain/landed-transaction.ts'
import type { MintState, TokenState } from '../chain/token-layout.ts'
import { decodeMint, decodeTokenAccount } from '../chain/token-layout.ts'
import type { Config } from './params.ts'
import { isConfig, wholeNumber } from './params.ts'
import { invalidParams } from './rpc-error.ts'

/** Base58 is refused for longer data. */
const BASE58_MOST = 128
/** Nothing here pays rent; a real node says 2^64 - 1, which most JSON parsers garble. */
const RENT_EPOCH = 0

export type ReadMint = (mint: TokenState['mint']) => AccountState | undefined

/** An account as `getAccountInfo` and `accountSubscribe` give it, in the encoding that was asked for. */
export function encodeAccount(account: AccountState | undefined, config: Config, readMint: ReadMint): unknown {
  if (account === undefined) return null
  return {
    data: encodeData(account, config, readMint),
    executable: account.executable,
    lamports: Number(account.lamports),
    owner: account.owner,
    rentEpoch: RENT_EPOCH,
    space: account.data.length,
  }
}

function encodeData(account: AccountState, config: Config, readMint: ReadMint): unknown {
  const data = sliced(account.data, config.dataSlice)
  const base64 = () => [Buffer.from(data).toString('base64'), 'base64']
  switch (config.encoding) {
    case 'base64':
      return base64()
    case undefined:
    case null:
    case 'binary':
    case 'base58': {
      if (data.length > BASE58_MOST) {
        throw invalidParams('Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.')
      }
      return config.encoding === 'base58' ? [base58(data), 'base58'] : base58(data)
    }
    case 'jsonParsed':
      return parsedData(account, readMint) ?? base64()
    default:
      throw invalidParams(
        `Invalid params: unknown variant \`${String(config.encoding)}\`, expected one of base58, base64, jsonParsed.`,
      )
  }
}

function parsedData(account: AccountState, readMint: ReadMint): unknown {
  const program = account.owner === TOKEN_PROGRAM ? 'spl-token' : 'spl-token-2022'
  const token = decodeTokenAccount(account)
  if (token !== undefined) {
    const decimals = decodeMint(readMint(token.mint))?.decimals ?? 0
    return {
      program,
      parsed: { type: 'account', info: tokenInfo(token, decimals, account) },
      space: account.data.length,
    }
  }
  const mint = decodeMint(account)
  return mint && { program, parsed: { type: 'mint', info: mintInfo(mint) }, space: account.data.length }
}

function tokenInfo(token: TokenState, decimals: number, account: AccountState): unknown {
  return {
    ...(token.delegate === null
      ? {}
      : { delegate: token.delegate.address, delegatedAmount: uiTokenAmount(token.delegate.amount, decimals) }),
    ...(account.data.length > 165
      ? {
          extensions: [
            { extension: 'immutableOwner' },
            { extension: 'transferFeeAmount', state: { withheldAmount: withheld(account) } },
          ],
        }
      : {}),
    isNative: token.nativeReserve !== null,
    mint: token.mint,
    owner: token.owner,
    ...(token.nativeReserve === null ? {} : { rentExemptReserve: uiTokenAmount(token.nativeReserve, decimals) }),
    state: token.frozen ? 'frozen' : 'initialized',
    tokenAmount: uiTokenAmount(token.amount, decimals),
  }
}

function mintInfo(mint: MintState): unknown {
  const fee = mint.transferFee && {
    epoch: 0,
    maximumFee: Number(mint.transferFee.maximum),
    transferFeeBasisPoints: mint.transferFee.bps,
  }
  return {
    decimals: mint.decimals,
    ...(fee === undefined
      ? {}
      : {
          extensions: [
            {
              extension: 'transferFeeConfig',
              state: {
                newerTransferFee: fee,
                olderTransferFee: fee,
                transferFeeConfigAuthority: null,
                withdrawWithheldAuthority: null,
                withheldAmount: 0,
              },
            },
          ],
        }),
    freezeAuthority: mint.freezeAuthority,
    isInitialized: true,
    mintAuthority: mint.mintAuthority,
    supply: String(mint.supply),
  }
}

/** The last extension of an account of this chain's Token-2022 tokens is what was withheld. */
function withheld({ data }: AccountState): number {
  return Number(Buffer.from(data).readBigUInt64LE(data.length - 8))
}

function sliced(data: Uint8Array, slice: unknown): Uint8Array {
  if (slice === undefined || slice === null) return data
  if (!isConfig(slice)) throw invalidParams('Invalid params: invalid dataSlice.')
  const offset = wholeNumber(slice.offset)
  return data.subarray(offset, offset + wholeNumber(slice.length))
}
