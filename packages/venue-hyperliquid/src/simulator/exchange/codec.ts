import type { ActionValue } from '../../signing/index.ts'
import { wireDecimal } from '../../signing/index.ts'

/** The body does not have the shape of any request: HTTP 422. */
export class DeserializeError extends Error {
  override readonly name = 'DeserializeError'
}

/** Reads one value and gives it back as the venue would serialise it again. @throws {DeserializeError} */
export type Codec = (value: unknown) => ActionValue

export type Json = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text, or the fallback for anything else. */
export function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}

/** A map with these keys in this order, whatever order they came in; unknown keys are dropped, absent and null optional ones too. */
export function struct(
  required: Readonly<Record<string, Codec>>,
  optional: Readonly<Record<string, Codec>> = {},
): Codec {
  return (value) => {
    if (!isObject(value)) throw new DeserializeError('expected a map')
    const out: Record<string, ActionValue> = {}
    for (const [key, codec] of Object.entries(required)) {
      if (value[key] === undefined) throw new DeserializeError(`missing field \`${key}\``)
      out[key] = codec(value[key])
    }
    for (const [key, codec] of Object.entries(optional)) {
      if (value[key] !== undefined && value[key] !== null) out[key] = codec(value[key])
    }
    return out
  }
}

/** A map with exactly one of these keys. */
export function variant(variants: Readonly<Record<string, Codec>>): Codec {
  return (value) => {
    const [key, ...more] = isObject(value) ? Object.keys(value) : []
    const codec = key === undefined ? undefined : variants[key]
    if (!isObject(value) || key === undefined || codec === undefined || more.length > 0) {
      throw new DeserializeError(`expected one of ${Object.keys(variants).join(', ')}`)
    }
    return { [key]: codec(value[key]) }
  }
}

/** `null` is a value of its own. */
export function nullable(codec: Codec): Codec {
  return (value) => (value === null ? null : codec(value))
}

export function list(item: Codec): Codec {
  return (value) => {
    if (!Array.isArray(value)) throw new DeserializeError('expected a sequence')
    return value.map((element) => item(element))
  }
}

export function either(first: Codec, second: Codec): Codec {
  return (value) => {
    try {
      return first(value)
    } catch (error) {
      if (!(error instanceof DeserializeError)) throw error
      return second(value)
    }
  }
}

export function literal(...allowed: readonly string[]): Codec {
  return (value) => {
    if (typeof value === 'string' && allowed.includes(value)) return value
    throw new DeserializeError(`expected one of ${allowed.join(', ')}`)
  }
}

export const bool: Codec = (value) => {
  if (typeof value === 'boolean') return value
  throw new DeserializeError('expected a boolean')
}

export const text: Codec = (value) => {
  if (typeof value === 'string') return value
  throw new DeserializeError('expected a string')
}

export const int: Codec = (value) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new DeserializeError('expected an integer')
}

export const uint: Codec = (value) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new DeserializeError('expected an unsigned integer')
}

/** A price or size: a string, kept without trailing zeros. This is where `100.0` becomes a different action from the signed one. */
export const decimal: Codec = (value) => {
  if (typeof value !== 'string' || !/^-?\d*\.?\d+$|^-?\d+\.$/.test(value))
    throw new DeserializeError('expected a decimal')
  return wireDecimal(value)
}

/** Lower case, whatever was sent. */
export const address: Codec = (value) => {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase()
  throw new DeserializeError('expected an address')
}

/** 128 bits of hex; sent without `0x` it is understood, but it is not what was signed. */
export const cloid: Codec = (value) => {
  const digits = typeof value === 'string' ? value.replace(/^0x/i, '') : ''
  if (!/^[0-9a-fA-F]{32}$/.test(digits)) throw new DeserializeError('expected a cloid')
  return `0x${digits.toLowerCase()}`
}
