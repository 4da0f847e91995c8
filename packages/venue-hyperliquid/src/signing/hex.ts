import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

/** Lower-case hex with the prefix `0x`: addresses, hashes and the two halves of a signature. */
export type Hex = `0x${string}`

/** `0x` and lower-case hex of the bytes. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`
}

/** The bytes of a hex text, with or without its `0x`. @throws when the text is not hex or has an odd number of digits. */
export function fromHex(text: string): Uint8Array {
  return hexToBytes(text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text)
}

/** Left-padded to `length` bytes: Python clients print `r` and `s` without their leading zeros. @throws when it is longer. */
export function fromHexPadded(text: string, length: number): Uint8Array {
  const digits = text.replace(/^0x/i, '')
  if (digits.length > length * 2) throw new RangeError(`expected at most ${length} bytes of hex, got ${text}`)
  return hexToBytes(digits.padStart(length * 2, '0'))
}

/** The 20 bytes of an account address. @throws when it is not `0x` and 40 hex digits. */
export function addressBytes(address: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw new RangeError(`not an address (0x and 40 hex digits): ${address}`)
  }
  return fromHex(address)
}
