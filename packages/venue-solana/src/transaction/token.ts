import type { DecimalString } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'

/** A token as the chain keeps it. */
export interface Token {
  /** Address of its mint. */
  readonly mint: string
  /** Digits behind the point: an amount of 1 is 10^decimals base units. */
  readonly decimals: number
  /** The program that owns the mint: SPL Token or Token-2022. */
  readonly program: string
}

/** SOL itself, counted in lamports. */
export const SOL_DECIMALS = 9

/** Base units of an amount, the fraction of a unit dropped. */
export function toUnits(amount: DecimalString, decimals: number): bigint {
  return BigInt(new Exact(amount).times(new Exact(10).pow(decimals)).floor().toFixed())
}

/** Amount of so many base units, exact. */
export function fromUnits(units: bigint, decimals: number): DecimalString {
  return decimalFrom(new Exact(units.toString()).div(new Exact(10).pow(decimals)))
}
