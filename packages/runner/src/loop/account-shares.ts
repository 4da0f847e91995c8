import type { DecimalString, Fee, Fill } from '@portolan/core'
import { allocate, Exact } from '@portolan/core'
import type { StoredFill } from '../store/store.ts'

/** A fill split over holdings in proportion to them, exactly; `null` for a holding of which it takes nothing. */
export function fillShares(fill: Fill, holdings: readonly DecimalString[]): readonly (Fill | null)[] {
  const quantities = allocate(fill.quantity, holdings)
  const fees = feeShares(fill.fee, quantities)
  return quantities.map((quantity, index) => {
    const fee = fees[index]
    return quantity === '0' || fee === undefined ? null : { ...fill, quantity, fee }
  })
}

function feeShares(fee: Fee, quantities: readonly DecimalString[]): readonly Fee[] {
  const amounts = allocate(fee.amount, quantities)
  switch (fee.in) {
    case 'quote':
    case 'base':
      return amounts.map((amount) => ({ in: fee.in, amount }))
    case 'other': {
      const usd = allocate(fee.usd, quantities)
      return amounts.map((amount, index) => ({ ...fee, amount, usd: usd[index] ?? fee.usd }))
    }
  }
}

/** What the fills of a position had made of it at a time (ms), base units; never below 0. */
export function quantityAt(fills: readonly StoredFill[], at: number): DecimalString {
  const sum = fills
    .filter((fill) => fill.at <= at)
    .reduce((held, { side, quantity, fee }) => {
      const moved = side === 'buy' ? held.plus(quantity) : held.minus(quantity)
      return fee.in === 'base' ? moved.minus(fee.amount) : moved
    }, new Exact(0))
  return Exact.max(0, sum).toFixed() as DecimalString
}
