import type { Address } from '@solana/kit'
import { address } from '@solana/kit'
import { bytesOf } from '../chain/addresses.ts'
import { invalidParams } from './rpc-error.ts'

export type Commitment = 'processed' | 'confirmed' | 'finalized'
export type Config = Readonly<Record<string, unknown>>

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The configuration object of a call; `undefined` and `null` are an empty one. */
export function configAt(params: readonly unknown[], index: number): Config {
  const value = params[index]
  if (value === undefined || value === null) return {}
  if (!isConfig(value)) throw invalidParams('Invalid params: invalid type: expected a configuration object.')
  return value
}

/** `finalized` when none is given, as of a real node. */
export function commitmentOf(config: Config, name = 'commitment'): Commitment {
  const value = config[name]
  switch (value) {
    case undefined:
    case null:
    case 'finalized':
    case 'max':
    case 'root':
      return 'finalized'
    case 'confirmed':
    case 'singleGossip':
    case 'single':
      return 'confirmed'
    case 'processed':
    case 'recent':
      return 'processed'
    default:
      throw invalidParams(
        `Invalid params: unknown variant \`${String(value)}\`, expected one of processed, confirmed, finalized.`,
      )
  }
}

export function addressAt(params: readonly unknown[], index: number): Address {
  return addressOf(params[index])
}

export function addressOf(value: unknown): Address {
  if (typeof value !== 'string') throw invalidParams('Invalid params: invalid type: expected a string.')
  let bytes: Uint8Array
  try {
    bytes = bytesOf(value)
  } catch {
    throw invalidParams('Invalid param: Invalid')
  }
  if (bytes.length !== 32) throw invalidParams('Invalid param: WrongSize')
  return address(value)
}

export function signatureOf(value: unknown): string {
  if (typeof value !== 'string') throw invalidParams('Invalid params: invalid type: expected a string.')
  let bytes: Uint8Array
  try {
    bytes = bytesOf(value)
  } catch {
    throw invalidParams('Invalid param: Invalid')
  }
  if (bytes.length !== 64) throw invalidParams('Invalid param: WrongSize')
  return value
}

/** A whole number that is not negative. */
export function wholeNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalidParams('Invalid params: invalid type: expected u64.')
}

/** Whether the array is one of at most `most` elements. */
export function arrayOf(value: unknown, most: number, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidParams('Invalid params: invalid type: expected a sequence.')
  if (value.length > most) throw invalidParams(`Too many inputs provided; max ${most} ${what}`)
  return value
}
