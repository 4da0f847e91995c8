import type { DecimalString, PriceRule, SizingConstraints } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import fc from 'fast-check'

/** A positive decimal of up to `digits` digits with the point anywhere. */
export function positive(digits = 12): fc.Arbitrary<DecimalString> {
  return fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** BigInt(digits) - 1n }), fc.integer({ min: 0, max: digits }))
    .map(([units, scale]) => decimalFrom(new Exact(units.toString()).div(new Exact(10).pow(scale))))
}

const powerOfTen = (min: number, max: number): fc.Arbitrary<DecimalString> =>
  fc.integer({ min, max }).map((exponent) => decimalFrom(new Exact(10).pow(exponent)))

const step: fc.Arbitrary<DecimalString> = fc.oneof(
  powerOfTen(-9, 2),
  fc.constantFrom('0.25', '0.5', '5', '100', '0.125').map((text) => text as DecimalString),
)

export const priceRule: fc.Arbitrary<PriceRule> = fc.oneof(
  fc.constant<PriceRule>({ kind: 'any' }),
  step.map((tick): PriceRule => ({ kind: 'tick', tick })),
  fc.record({
    kind: fc.constant<'significant-figures'>('significant-figures'),
    figures: fc.integer({ min: 3, max: 7 }),
    maxDecimals: fc.integer({ min: 0, max: 8 }),
    integersAlways: fc.boolean(),
  }),
)

const orNone = (amount: fc.Arbitrary<DecimalString>): fc.Arbitrary<DecimalString> =>
  fc.oneof(fc.constant('0' as DecimalString), amount)

export const sizingConstraints: fc.Arbitrary<SizingConstraints> = fc.record({
  price: priceRule,
  quantityStep: step,
  minQuantity: orNone(positive(3)),
  minNotional: orNone(positive(3)),
  maxQuantity: fc.option(positive(8)),
  maxNotional: fc.option(positive(9)),
  maxLeverage: fc.integer({ min: 1, max: 50 }),
  closeExemptFromMinimums: fc.boolean(),
  buyUnit: fc.constantFrom('base' as const, 'quote' as const),
  quoteStep: powerOfTen(-9, 0),
})
