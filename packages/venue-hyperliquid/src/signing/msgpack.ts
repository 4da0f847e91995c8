import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'

/** What an action may be made of. `undefined` is dropped from maps, so that an optional key that is unset is not signed. */
export type ActionValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly ActionValue[]
  | { readonly [key: string]: ActionValue }

/**
 * Encodes an action as the venue does (Rust `rmp-serde`, maps by name): keys in insertion order, integers in their smallest
 * form, and integers of 2^32 and more as uint64, where general JavaScript encoders would write a float64 and so sign
 * something else.
 * @throws {RangeError} for a fraction or an unsafe integer: amounts travel as strings, so a float is always a mistake.
 */
export function encodeMsgpack(value: ActionValue): Uint8Array {
  const parts: Uint8Array[] = []
  write(value, parts)
  return concatBytes(...parts)
}

function write(value: ActionValue, out: Uint8Array[]): void {
  if (value === null || value === undefined) out.push(Uint8Array.of(0xc0))
  else if (typeof value === 'boolean') out.push(Uint8Array.of(value ? 0xc3 : 0xc2))
  else if (typeof value === 'number') out.push(integer(fromNumber(value)))
  else if (typeof value === 'bigint') out.push(integer(value))
  else if (typeof value === 'string') writeString(value, out)
  else if (isArray(value)) {
    out.push(header(value.length, 0x90, 16, undefined, 0xdc, 0xdd))
    for (const item of value) write(item, out)
  } else {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    out.push(header(entries.length, 0x80, 16, undefined, 0xde, 0xdf))
    for (const [key, item] of entries) {
      writeString(key, out)
      write(item, out)
    }
  }
}

function writeString(text: string, out: Uint8Array[]): void {
  const bytes = utf8ToBytes(text)
  out.push(header(bytes.length, 0xa0, 32, 0xd9, 0xda, 0xdb), bytes)
}

/** The type-and-length prefix: `fix | length` below `fixLimit`, else an 8, 16 or 32-bit length after its tag. */
function header(length: number, fix: number, fixLimit: number, tag8: number | undefined, tag16: number, tag32: number) {
  if (length < fixLimit) return Uint8Array.of(fix | length)
  if (tag8 !== undefined && length < 0x100) return Uint8Array.of(tag8, length)
  if (length < 0x1_0000) return tagged(tag16, 2, (view) => view.setUint16(1, length))
  return tagged(tag32, 4, (view) => view.setUint32(1, length))
}

function integer(value: bigint): Uint8Array {
  if (value >= 0n) {
    if (value < 0x80n) return Uint8Array.of(Number(value))
    if (value < 0x100n) return Uint8Array.of(0xcc, Number(value))
    if (value < 0x1_0000n) return tagged(0xcd, 2, (view) => view.setUint16(1, Number(value)))
    if (value < 0x1_0000_0000n) return tagged(0xce, 4, (view) => view.setUint32(1, Number(value)))
    if (value < 1n << 64n) return tagged(0xcf, 8, (view) => view.setBigUint64(1, value))
    throw new RangeError(`an integer of an action must fit 64 bits, got ${value}`)
  }
  if (value >= -0x20n) return Uint8Array.of(Number(value) & 0xff)
  if (value >= -0x80n) return tagged(0xd0, 1, (view) => view.setInt8(1, Number(value)))
  if (value >= -0x8000n) return tagged(0xd1, 2, (view) => view.setInt16(1, Number(value)))
  if (value >= -0x8000_0000n) return tagged(0xd2, 4, (view) => view.setInt32(1, Number(value)))
  if (value >= -(1n << 63n)) return tagged(0xd3, 8, (view) => view.setBigInt64(1, value))
  throw new RangeError(`an integer of an action must fit 64 bits, got ${value}`)
}

function fromNumber(value: number): bigint {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`numbers in an action must be safe integers, got ${value}: send amounts as decimal strings`)
  }
  return BigInt(value)
}

function tagged(tag: number, payload: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(1 + payload)
  bytes[0] = tag
  fill(new DataView(bytes.buffer))
  return bytes
}

// Array.isArray does not narrow a readonly array out of the union.
function isArray(
  value: readonly ActionValue[] | { readonly [key: string]: ActionValue },
): value is readonly ActionValue[] {
  return Array.isArray(value)
}
