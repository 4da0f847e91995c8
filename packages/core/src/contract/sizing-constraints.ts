import type { DecimalString } from '../amounts/decimal-string.ts'

/** Which prices an order may carry. */
export type PriceRule =
  | { readonly kind: 'tick'; readonly tick: DecimalString }
  /** At most so many significant figures and decimals; integers are always allowed when `integersAlways`. */
  | {
      readonly kind: 'significant-figures'
      readonly figures: number
      readonly maxDecimals: number
      readonly integersAlways: boolean
    }
  | { readonly kind: 'any' }

/** What the venue demands of an order's amounts, as data: core does the arithmetic (see ../sizing). */
export interface SizingConstraints {
  readonly price: PriceRule
  /** Quantities are multiples of it (base units): `0.001`, `1`, or a round lot of `100`. */
  readonly quantityStep: DecimalString
  /** Base units; `0` for none. */
  readonly minQuantity: DecimalString
  /** Quote units; `0` for none. */
  readonly minNotional: DecimalString
  /** Base units; `null` for none. */
  readonly maxQuantity: DecimalString | null
  /** Quote units; `null` for none. */
  readonly maxNotional: DecimalString | null
  /** 1 where there is no borrowing. */
  readonly maxLeverage: number
  /** A reduce-only order that closes all that is held need not meet the minimums. */
  readonly closeExemptFromMinimums: boolean
  /** `quote` where a buy says what it spends (a swap) and the quantity follows. */
  readonly buyUnit: 'base' | 'quote'
  /** Smallest amount of the quote asset, for `spend`. Quote units. */
  readonly quoteStep: DecimalString
}
