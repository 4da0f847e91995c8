import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { SignatureScheme } from '@portolan/core'
import { base58 } from '@scure/base'
import { RunnerError } from '../../runner-error.ts'

const HEX_32 = /^(?:0x)?([0-9a-f]{64})$/i

/**
 * Reads a private key of 32 bytes from text. secp256k1: hex, with or without `0x`. ed25519: base58 of 64 bytes (secret and public half), a JSON array of 64
 * or 32 numbers, or a seed of 32 bytes in hex or base58.
 * @param where names the source in errors, which never show the text.
 * @throws {RunnerError} `key-invalid`
 */
export function parseKeyText(scheme: SignatureScheme, text: string, where: string): Uint8Array {
  const key = scheme === 'secp256k1' ? secp256k1Key(text.trim()) : ed25519Seed(text.trim())
  if (key instanceof Uint8Array) return key
  throw new RunnerError('key-invalid', `The key in ${where} is not a ${scheme} key: ${key.problem}`)
}

interface Problem {
  readonly problem: string
}

function secp256k1Key(text: string): Uint8Array | Problem {
  const hex = HEX_32.exec(text)?.[1]
  if (hex === undefined) return { problem: '64 hex digits are expected, with or without 0x' }
  const key = Uint8Array.from(Buffer.from(hex, 'hex'))
  return secp256k1.utils.isValidSecretKey(key) ? key : { problem: 'the number is outside the range of the curve' }
}

function ed25519Seed(text: string): Uint8Array | Problem {
  const bytes = ed25519Bytes(text)
  if (bytes?.length === 32) return bytes
  if (bytes?.length !== 64) {
    bytes?.fill(0)
    return { problem: 'base58 of 64 bytes, a JSON array of 64 numbers or a seed of 32 bytes is expected' }
  }
  const seed = bytes.slice(0, 32)
  const isPair = Buffer.from(ed25519.getPublicKey(seed)).equals(bytes.subarray(32))
  bytes.fill(0)
  return isPair ? seed : { problem: 'its public half does not belong to its secret half' }
}

function ed25519Bytes(text: string): Uint8Array | null {
  const hex = HEX_32.exec(text)?.[1]
  if (hex !== undefined) return Uint8Array.from(Buffer.from(hex, 'hex'))
  try {
    return text.startsWith('[') ? bytesFromJson(text) : base58.decode(text)
  } catch {
    return null
  }
}

function bytesFromJson(text: string): Uint8Array | null {
  const numbers: unknown = JSON.parse(text)
  if (!Array.isArray(numbers)) return null
  const isByte = (item: unknown): item is number =>
    typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255
  return numbers.every(isByte) ? Uint8Array.from(numbers) : null
}
