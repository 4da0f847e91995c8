import type { DecimalString, Trade } from '@portolan/core'
import { decimalFrom, Exact, ZERO } from '@portolan/core'
import type { ReserveChange, Reserves } from './pool-reserves.ts'

/** Decimals of the two mints, and what one token of the pool's quote side is worth in the instrument's quote asset: `1` where they are the same. */
export interface PoolUnits {
  readonly baseDecimals: number
  readonly quoteDecimals: number
  readonly quoteValue: DecimalString
}

const DIGITS = 20

/** What one token costs by the balances of a constant-product pool; `null` for an empty one. */
export function poolPrice({ base, quote }: Reserves, units: PoolUnits): DecimalString | null {
  if (base <= 0n || quote <= 0n) return null
  const price = new Exact(quote.toString())
    .div(base.toString())
    .times(new Exact(10).pow(units.baseDecimals - units.quoteDecimals))
    .times(units.quoteValue)
    .toSignificantDigits(DIGITS)
  return decimalFrom(price)
}

/** Twice the quote side, in the instrument's quote asset: what the pool holds. */
export function poolDepth({ quote }: Reserves, units: PoolUnits): number {
  return new Exact(quote.toString())
    .div(new Exact(10).pow(units.quoteDecimals))
    .times(units.quoteValue)
    .times(2)
    .toNumber()
}

/**
 * What a slot's change says as a print: the price after it, and the tokens that went in or out. All swaps of a slot are one, so that the volume is net. Balances
 * that move the same way, or of one side alone, are no trade (liquidity, a fee that was taken out): a mark without a quantity.
 *
 * @param isPartial something before it was missed, so that the difference is not of this time alone: a mark.
 */
export function poolTrade(change: ReserveChange, units: PoolUnits, at: number, isPartial: boolean): Trade | null {
  const { before, after } = change
  const price = poolPrice(after, units)
  if (price === null) return null
  const id = `pool-${after.slot}`
  const mark: Trade = { id, ts: at, price, quantity: ZERO, side: null }
  if (before === null || isPartial) return mark
  const base = after.base - before.base
  const quote = after.quote - before.quote
  if (base === 0n || quote === 0n || base > 0n === quote > 0n) return mark
  const tokens = new Exact((base < 0n ? -base : base).toString()).div(new Exact(10).pow(units.baseDecimals))
  return { ...mark, quantity: decimalFrom(tokens), side: base < 0n ? 'buy' : 'sell' }
}
