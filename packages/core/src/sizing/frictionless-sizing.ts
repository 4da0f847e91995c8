import type { DecimalString } from '../amounts/decimal-string.ts'
import { parseDecimal, ZERO } from '../amounts/decimal-string.ts'
import type { SizingConstraints } from '../contract/sizing-constraints.ts'

/** Fine enough to be called exact, coarse enough that every amount keeps a short text. */
const ATOM: DecimalString = parseDecimal('0.000000000000000001')

/** A venue without rules: any price, no minimum, no maximum, buys by the amount spent, everything to 18 decimals. For `--frictionless` backtests. */
export const FRICTIONLESS_SIZING: SizingConstraints = {
  price: { kind: 'any' },
  quantityStep: ATOM,
  minQuantity: ZERO,
  minNotional: ZERO,
  maxQuantity: null,
  maxNotional: null,
  maxLeverage: 1,
  closeExemptFromMinimums: true,
  buyUnit: 'quote',
  quoteStep: ATOM,
}
