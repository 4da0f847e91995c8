import { getAddressDecoder } from '@solana/kit'

/** What the extensions of a Token-2022 mint mean for whoever holds the token. */
export interface MintExtensions {
  /** Withheld from whoever receives a transfer, bps. */
  readonly transferFeeBps: number
  /** Someone can move or burn what others hold. */
  readonly hasPermanentDelegate: boolean
  /** A program runs in every transfer. */
  readonly hasTransferHook: boolean
  /** New accounts start frozen, or transfers can be paused. */
  readonly isFrozenByDefault: boolean
  readonly isNonTransferable: boolean
  /** Shown amounts are multiplied: interest-bearing or scaled. */
  readonly isScaled: boolean
  /** From the metadata in the mint; `null` without. */
  readonly symbol: string | null
}

/** A mint without extensions. */
export const NO_EXTENSIONS: MintExtensions = {
  transferFeeBps: 0,
  hasPermanentDelegate: false,
  hasTransferHook: false,
  isFrozenByDefault: false,
  isNonTransferable: false,
  isScaled: false,
  symbol: null,
}

/** Types of extensions. Source: `ExtensionType` of the Token-2022 program. */
const TYPE = {
  transferFee: 1,
  defaultState: 6,
  nonTransferable: 9,
  interestBearing: 10,
  permanentDelegate: 12,
  transferHook: 14,
  metadata: 19,
  scaledAmount: 25,
  pausable: 26,
} as const

const FROZEN = 2
const ADDRESS = 32
const TRANSFER_FEE_LENGTH = 108
/** Epoch and fee of the newer of the two fees: behind two authorities, the withheld amount, and the older fee of 18 bytes. */
const OLDER_FEE_AT = 2 * ADDRESS + 8
const NEWER_FEE_AT = OLDER_FEE_AT + 18

/**
 * Reads the entries behind a mint: type u16 LE, length u16 LE, value.
 * @param entries the account's data from byte 166 on.
 * @param epoch the present one: a new transfer fee holds from its epoch on.
 * @returns `null` when an entry does not fit, since what it hides may be a danger.
 */
export function readExtensions(entries: Uint8Array, epoch: number): MintExtensions | null {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength)
  let found: MintExtensions = NO_EXTENSIONS
  for (let at = 0; at + 4 <= entries.length; ) {
    const type = view.getUint16(at, true)
    const length = view.getUint16(at + 2, true)
    // Type 0 is room that is not used.
    if (type === 0) break
    const value = entries.subarray(at + 4, at + 4 + length)
    if (value.length < length) return null
    const read = readExtension(type, value, epoch)
    if (read === null) return null
    found = { ...found, ...read, isFrozenByDefault: found.isFrozenByDefault || read.isFrozenByDefault === true }
    at += 4 + length
  }
  return found
}

function readExtension(type: number, value: Uint8Array, epoch: number): Partial<MintExtensions> | null {
  switch (type) {
    case TYPE.transferFee:
      return value.length < TRANSFER_FEE_LENGTH ? null : { transferFeeBps: transferFee(value, epoch) }
    case TYPE.defaultState:
      return { isFrozenByDefault: value[0] === FROZEN }
    case TYPE.pausable:
      return { isFrozenByDefault: true }
    case TYPE.nonTransferable:
      return { isNonTransferable: true }
    case TYPE.interestBearing:
    case TYPE.scaledAmount:
      return { isScaled: true }
    case TYPE.permanentDelegate:
      return { hasPermanentDelegate: isAddress(value.subarray(0, ADDRESS)) }
    case TYPE.transferHook:
      return { hasTransferHook: isAddress(value.subarray(ADDRESS, 2 * ADDRESS)) }
    case TYPE.metadata:
      return { symbol: symbolOf(value) }
    default:
      return {}
  }
}

/** The fee that holds now; one that is announced counts when it is higher. */
function transferFee(value: Uint8Array, epoch: number): number {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const older = view.getUint16(OLDER_FEE_AT + 16, true)
  const newer = view.getUint16(NEWER_FEE_AT + 16, true)
  const newerFrom = view.getBigUint64(NEWER_FEE_AT, true)
  return BigInt(epoch) >= newerFrom ? newer : Math.max(older, newer)
}

/** All zeros stand for none. */
function isAddress(bytes: Uint8Array): boolean {
  return bytes.length === ADDRESS && bytes.some((byte) => byte !== 0)
}

/** Metadata: update authority, mint, then name and symbol, each a u32 LE length and UTF-8. */
function symbolOf(value: Uint8Array): string | null {
  const name = textAt(value, 2 * ADDRESS)
  const symbol = name === null ? null : textAt(value, name.end)
  const text = symbol?.text.replaceAll(/[^\p{L}\p{N}\p{S}._-]/gu, '').slice(0, 16) ?? ''
  return text === '' ? null : text
}

function textAt(value: Uint8Array, at: number): { readonly text: string; readonly end: number } | null {
  if (value.length < at + 4) return null
  const length = new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(at, true)
  const end = at + 4 + length
  return end > value.length ? null : { text: new TextDecoder().decode(value.subarray(at + 4, end)), end }
}

const addresses = getAddressDecoder()

/** An optional address of the base layout: u32 LE 0 or 1, then 32 bytes. */
export function optionalAddress(data: Uint8Array, at: number): string | null {
  return data[at] === 1 ? addresses.decode(data.subarray(at + 4, at + 4 + ADDRESS)) : null
}
