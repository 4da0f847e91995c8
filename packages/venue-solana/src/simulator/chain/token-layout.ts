import type { Address } from '@solana/kit'
import { address } from '@solana/kit'
import type { AccountState } from './account-state.ts'
import { base58, bytesOf, TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from './addresses.ts'

const ACCOUNT_BYTES = 165
const MINT_BYTES = 82
/** Token-2022 extension types. */
const EXTENSION = { transferFeeConfig: 1, transferFeeAmount: 2, immutableOwner: 7 } as const
const TRANSFER_FEE_CONFIG_BYTES = 108

/** A Token-2022 transfer fee: of what is sent, rounded up, at most `maximum`. */
export interface TransferFee {
  readonly bps: number
  /** Atomic. */
  readonly maximum: bigint
}

export interface MintState {
  readonly decimals: number
  /** Atomic. */
  readonly supply: bigint
  readonly mintAuthority: Address | null
  readonly freezeAuthority: Address | null
  readonly transferFee?: TransferFee
}

export interface TokenState {
  readonly mint: Address
  readonly owner: Address
  /** Atomic. */
  readonly amount: bigint
  readonly frozen: boolean
  /** wSOL: the lamports that are rent. */
  readonly nativeReserve: bigint | null
  readonly delegate: { readonly address: Address; readonly amount: bigint } | null
}

function isTokenProgram(owner: Address): boolean {
  return owner === TOKEN_PROGRAM || owner === TOKEN_2022_PROGRAM
}

/** The bytes of a mint; with a transfer fee those of Token-2022. */
export function encodeMint(mint: MintState): Uint8Array {
  const fee = mint.transferFee
  const data = new Uint8Array(fee === undefined ? MINT_BYTES : ACCOUNT_BYTES + 1 + 4 + TRANSFER_FEE_CONFIG_BYTES)
  const view = new DataView(data.buffer)
  writeOption(data, 0, mint.mintAuthority)
  view.setBigUint64(36, mint.supply, true)
  data[44] = mint.decimals
  data[45] = 1
  writeOption(data, 46, mint.freezeAuthority)
  if (fee !== undefined) {
    data[ACCOUNT_BYTES] = 1
    view.setUint16(166, EXTENSION.transferFeeConfig, true)
    view.setUint16(168, TRANSFER_FEE_CONFIG_BYTES, true)
    // Two authorities and the withheld amount stay zero; then the fee before and after an epoch, which are the same here.
    for (const at of [170 + 72, 170 + 90]) {
      view.setBigUint64(at + 8, fee.maximum, true)
      view.setUint16(at + 16, fee.bps, true)
    }
  }
  return data
}

/** The bytes of a token account as the associated token program would make it. */
export function encodeTokenAccount(
  token: Pick<TokenState, 'mint' | 'owner' | 'amount' | 'nativeReserve'>,
  withTransferFee: boolean,
): Uint8Array {
  const data = new Uint8Array(withTransferFee ? ACCOUNT_BYTES + 1 + 4 + 12 : ACCOUNT_BYTES)
  const view = new DataView(data.buffer)
  data.set(bytesOf(token.mint), 0)
  data.set(bytesOf(token.owner), 32)
  view.setBigUint64(64, token.amount, true)
  data[108] = 1
  if (token.nativeReserve !== null) {
    data[109] = 1
    view.setBigUint64(113, token.nativeReserve, true)
  }
  if (withTransferFee) {
    data[ACCOUNT_BYTES] = 2
    view.setUint16(166, EXTENSION.immutableOwner, true)
    view.setUint16(170, EXTENSION.transferFeeAmount, true)
    view.setUint16(172, 8, true)
  }
  return data
}

/** `undefined` when the account is no initialized token account. */
export function decodeTokenAccount(account: AccountState | undefined): TokenState | undefined {
  if (account === undefined || !isTokenProgram(account.owner)) return undefined
  const { data } = account
  if (data.length < ACCOUNT_BYTES || data[108] === 0) return undefined
  // A Token-2022 mint with extensions is longer than an account, and says what it is.
  if (data.length > ACCOUNT_BYTES && data[ACCOUNT_BYTES] !== 2) return undefined
  const view = viewOf(data)
  return {
    mint: addressAt(data, 0),
    owner: addressAt(data, 32),
    amount: view.getBigUint64(64, true),
    frozen: data[108] === 2,
    nativeReserve: view.getUint32(109, true) === 1 ? view.getBigUint64(113, true) : null,
    delegate:
      view.getUint32(72, true) === 1 ? { address: addressAt(data, 76), amount: view.getBigUint64(121, true) } : null,
  }
}

/** `undefined` when the account is no initialized mint. */
export function decodeMint(account: AccountState | undefined): MintState | undefined {
  if (account === undefined || !isTokenProgram(account.owner)) return undefined
  const { data } = account
  if (data.length < MINT_BYTES || data[45] !== 1) return undefined
  if (data.length > MINT_BYTES && data[ACCOUNT_BYTES] !== 1) return undefined
  const view = viewOf(data)
  const fee = transferFeeOf(data)
  return {
    decimals: data[44] ?? 0,
    supply: view.getBigUint64(36, true),
    mintAuthority: optionAt(data, 0),
    freezeAuthority: optionAt(data, 46),
    ...(fee === undefined ? {} : { transferFee: fee }),
  }
}

/** What is kept back of `amount` when it is sent. */
export function transferFeeOn(amount: bigint, fee: TransferFee | undefined): bigint {
  if (fee === undefined || amount === 0n) return 0n
  const exact = (amount * BigInt(fee.bps) + 9_999n) / 10_000n
  return exact < fee.maximum ? exact : fee.maximum
}

/** The account with another amount; wrapped SOL has its lamports follow. */
export function withAmount(account: AccountState, amount: bigint): AccountState {
  const before = viewOf(account.data)
  if (account.data.length < ACCOUNT_BYTES || before.getBigUint64(64, true) === amount) return account
  const data = Uint8Array.from(account.data)
  viewOf(data).setBigUint64(64, amount, true)
  const isNative = before.getUint32(109, true) === 1
  return { ...account, data, lamports: isNative ? before.getBigUint64(113, true) + amount : account.lamports }
}

/** The account frozen or thawed. */
export function withFrozen(account: AccountState, frozen: boolean): AccountState {
  const data = Uint8Array.from(account.data)
  data[108] = frozen ? 2 : 1
  return { ...account, data }
}

function transferFeeOf(data: Uint8Array): TransferFee | undefined {
  const view = viewOf(data)
  for (let at = ACCOUNT_BYTES + 1; at + 4 <= data.length; at += 4 + view.getUint16(at + 2, true)) {
    const type = view.getUint16(at, true)
    if (type === 0) return undefined
    if (type === EXTENSION.transferFeeConfig) {
      const newer = at + 4 + 90
      return { maximum: view.getBigUint64(newer + 8, true), bps: view.getUint16(newer + 16, true) }
    }
  }
  return undefined
}

function writeOption(data: Uint8Array, at: number, value: Address | null): void {
  if (value === null) return
  data[at] = 1
  data.set(bytesOf(value), at + 4)
}

function optionAt(data: Uint8Array, at: number): Address | null {
  return viewOf(data).getUint32(at, true) === 1 ? addressAt(data, at + 4) : null
}

function addressAt(data: Uint8Array, at: number): Address {
  return address(base58(data.subarray(at, at + 32)))
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}
