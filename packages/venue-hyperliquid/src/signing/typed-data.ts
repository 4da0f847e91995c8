import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { addressBytes, fromHex } from './hex.ts'

/** A member of an EIP-712 struct, in the few types that the venue's messages use. */
export interface TypedField {
  readonly name: string
  readonly type: 'string' | 'bytes' | 'address' | 'bool' | 'bytes32' | 'uint32' | 'uint64' | 'uint256'
}

/** An EIP-712 domain as the venue uses it. */
export interface TypedDomain {
  readonly name: string
  readonly version: string
  readonly chainId: number
  readonly verifyingContract: string
}

const DOMAIN_FIELDS: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]

/** The 32 bytes that are signed: keccak256(0x1901 | domain separator | hash of the struct). Flat structs only (EIP-712). */
export function typedDataDigest(
  domain: TypedDomain,
  primaryType: string,
  fields: readonly TypedField[],
  message: Readonly<Record<string, unknown>>,
): Uint8Array {
  const separator = structHash('EIP712Domain', DOMAIN_FIELDS, { ...domain })
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), separator, structHash(primaryType, fields, message)))
}

function structHash(
  primaryType: string,
  fields: readonly TypedField[],
  message: Readonly<Record<string, unknown>>,
): Uint8Array {
  const signature = `${primaryType}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`
  const words = fields.map((field) => word(field, message[field.name]))
  return keccak_256(concatBytes(keccak_256(utf8ToBytes(signature)), ...words))
}

function word(field: TypedField, value: unknown): Uint8Array {
  switch (field.type) {
    case 'string':
      if (typeof value === 'string') return keccak_256(utf8ToBytes(value))
      break
    case 'bytes':
      if (typeof value === 'string') return keccak_256(fromHex(value))
      if (value instanceof Uint8Array) return keccak_256(value)
      break
    case 'address':
      if (typeof value === 'string') return leftPadded(addressBytes(value))
      break
    case 'bytes32': {
      if (typeof value === 'string') return leftPadded(fromHex(value))
      if (value instanceof Uint8Array) return leftPadded(value)
      break
    }
    case 'bool':
      if (typeof value === 'boolean') return leftPadded(Uint8Array.of(value ? 1 : 0))
      break
    case 'uint32':
    case 'uint64':
    case 'uint256':
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return uint(BigInt(value))
      if (typeof value === 'bigint' && value >= 0n) return uint(value)
      break
  }
  throw new TypeError(`typed data: field ${field.name} must be a ${field.type}, got ${String(value)}`)
}

function uint(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'))
}

function leftPadded(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 32) throw new RangeError(`a typed-data word is 32 bytes, got ${bytes.length}`)
  const out = new Uint8Array(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
