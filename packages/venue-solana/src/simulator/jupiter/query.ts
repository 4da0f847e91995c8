import type { Address } from '@solana/kit'
import { address, isAddress } from '@solana/kit'
import type { Reply } from '../http/reply.ts'
import { json } from '../http/reply.ts'

/** A request that the API answers with an error of its own. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reply: Reply

  constructor(status: number, body: unknown) {
    super('refused')
    this.reply = json(body, status)
  }
}

export function badRequest(error: string, errorCode?: string): ApiError {
  return new ApiError(400, errorCode === undefined ? { error } : { error, errorCode })
}

/** @throws {ApiError} when it is no address. */
export function addressParam(value: unknown, name: string): Address {
  if (typeof value === 'string' && isAddress(value)) return address(value)
  throw badRequest(`Query parameter ${name} cannot be parsed: Invalid`)
}

export function optionalAddress(value: unknown, name: string): Address | undefined {
  return value === null || value === undefined || value === '' ? undefined : addressParam(value, name)
}

/** Atomic units, above zero. */
export function amountParam(value: unknown): bigint {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) > 0n && BigInt(value) < 1n << 64n)
    return BigInt(value)
  throw badRequest('Query parameter amount cannot be parsed: invalid digit found in string')
}

/** @throws {ApiError} when it is no integer in the range. */
export function integerParam(value: unknown, name: string, least: number, most: number, fallback: number): number {
  if (value === null || value === undefined || value === '') return fallback
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw badRequest(`Query parameter ${name} cannot be parsed: expected an integer of ${least} to ${most}`)
}
