import type { Wide } from './wide-decimal.ts'

/** The two prices of an order, quote per base, both positive. A tick far coarser than the slippage can put them in either order. */
export interface OrderPrices {
  readonly reference: Wide
  readonly limit: Wide
}
