import type { DecimalString } from '../amounts/decimal-string.ts'
import type { SizingConstraints } from '../contract/sizing-constraints.ts'
import { floorToStep } from './round-quantity.ts'
import { Wide } from './wide-decimal.ts'

/**
 * Whether a holding is dust: the venue would not sell it whole, because it is below the quantity step, or below a minimum that closing orders must meet
 * too. Judged at `price` (quote per base), as a closing order is in `sizeOrder`: a holding is dust exactly when its exit would be skipped.
 * Nothing (0) is not dust; of a short the magnitude counts.
 */
export function isDust(quantity: DecimalString, price: DecimalString, constraints: SizingConstraints): boolean {
  const held = new Wide(quantity).abs()
  if (held.isZero()) return false
  const sellable = floorToStep(held, constraints.quantityStep)
  if (sellable.isZero()) return true
  if (constraints.closeExemptFromMinimums) return false
  return sellable.lt(constraints.minQuantity) || sellable.mul(price).lt(constraints.minNotional)
}
