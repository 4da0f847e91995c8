import type { SizingConstraints } from '@portolan/core'
import { decimalFrom, Exact, parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SizingRequest } from '../../src/sizing/index.ts'
import { FRICTIONLESS_SIZING, isAllowedPrice, isDust, roundQuantity, sizeOrder } from '../../src/sizing/index.ts'
import { positive, sizingConstraints } from './arbitraries.ts'

const d = parseDecimal

/** Hyperliquid ETH: 4 size decimals, $10 minimum, closing orders exempt. */
const perp: SizingConstraints = {
  price: { kind: 'significant-figures', figures: 5, maxDecimals: 2, integersAlways: true },
  quantityStep: d('0.0001'),
  minQuantity: d('0'),
  minNotional: d('10'),
  maxQuantity: null,
  maxNotional: d('5000000'),
  maxLeverage: 25,
  closeExemptFromMinimums: true,
  buyUnit: 'base',
  quoteStep: d('0.000001'),
}
/** Fractional shares without any exemption. */
const broker: SizingConstraints = { ...perp, price: { kind: 'tick', tick: d('0.01') }, closeExemptFromMinimums: false }
const swap: SizingConstraints = { ...perp, price: { kind: 'any' }, buyUnit: 'quote', minNotional: d('1') }

const buy = (notionalUsd: number, maxSlippageBps = 50) => ({
  side: 'buy' as const,
  notionalUsd,
  reduceOnly: false,
  maxSlippageBps,
})
const sell = (sizeFrac: number, maxSlippageBps = 50) => ({
  side: 'sell' as const,
  sizeFrac,
  reduceOnly: true,
  maxSlippageBps,
})

const size = (request: Partial<SizingRequest> & Pick<SizingRequest, 'intent'>) =>
  sizeOrder({ heldQuantity: d('0'), referencePrice: d('3012.37'), constraints: perp, ...request })

describe('a buy', () => {
  it('never costs more than asked at its limit, and explains its arithmetic', () => {
    const order = size({ intent: buy(100) })
    expect(order).toMatchObject({
      kind: 'order',
      limitPrice: '3027.4',
      quantity: '0.033',
      spend: null,
      closesPosition: false,
    })
    expect(order.steps).toMatchObject([
      { amount: 'limitPrice', limit: 'price-rule', raw: '3027.43185', rounded: '3027.4', bound: true },
      { amount: 'quantity', limit: 'quantity-step', rounded: '0.033', bound: true },
      { amount: 'notional', limit: 'min-notional', raw: '99.40821', bound: false },
    ])
    expect(JSON.parse(JSON.stringify(order))).toEqual(order)
  })

  it('by quote spends at most what was asked and tells the expected quantity', () => {
    const order = size({ intent: buy(99.1234567), constraints: swap })
    expect(order).toMatchObject({ kind: 'order', spend: '99.123456', quantity: '0.0329' })
  })

  it('is held to the minimum at the lower of limit and reference price', () => {
    expect(size({ intent: buy(10.01, 500) })).toMatchObject({ kind: 'skip', reason: 'below-min-notional' })
    expect(size({ intent: buy(11, 500) })).toMatchObject({ kind: 'order' })
  })

  it('is skipped when it rounds to nothing, and says so', () => {
    const skipped = size({ intent: buy(0.1) })
    expect(skipped).toMatchObject({ kind: 'skip', reason: 'zero-quantity' })
    expect(skipped.steps.at(-1)).toMatchObject({ limit: 'quantity-step', rounded: '0', bound: true })
    expect(size({ intent: buy(0) })).toMatchObject({ reason: 'zero-quantity' })
  })

  it('in round lots buys whole lots', () => {
    const lots: SizingConstraints = { ...broker, quantityStep: d('100'), minQuantity: d('100') }
    expect(size({ intent: buy(2_500, 0), referencePrice: d('9.99'), constraints: lots })).toMatchObject({
      quantity: '200',
    })
    expect(size({ intent: buy(990, 0), referencePrice: d('9.99'), constraints: lots })).toMatchObject({
      reason: 'zero-quantity',
    })
  })

  it('is bounded by the money that is there, fee kept back', () => {
    const funds = { available: d('50'), takerBps: 10 }
    const order = size({ intent: buy(100), constraints: swap, funds })
    expect(order).toMatchObject({ kind: 'order', spend: '49.950049' })
    expect(order.steps).toContainEqual(expect.objectContaining({ limit: 'funds', bound: true, raw: '100' }))
    expect(size({ intent: buy(100), funds: { ...funds, available: d('0') } })).toMatchObject({ reason: 'no-funds' })
    const levered = size({ intent: buy(1000), constraints: swap, funds: { ...funds, takerBps: 0, leverage: 100 } })
    expect(levered).toMatchObject({ spend: '1000' })
    expect(
      size({ intent: buy(2000), constraints: swap, funds: { ...funds, takerBps: 0, leverage: 100 } }),
    ).toMatchObject({
      spend: '1250',
    })
  })

  it('is bounded by the largest order', () => {
    const small: SizingConstraints = { ...perp, maxQuantity: d('0.5'), maxNotional: d('1000') }
    expect(size({ intent: buy(900), constraints: { ...small, maxQuantity: d('0.1') } })).toMatchObject({
      quantity: '0.1',
    })
    expect(size({ intent: buy(50_000), constraints: small })).toMatchObject({ quantity: '0.3303' })
    expect(size({ intent: buy(900), constraints: { ...swap, maxQuantity: d('0.1') } })).toMatchObject({
      spend: '301.237',
    })
  })
})

describe('a sell', () => {
  it('carries a limit that is never worse than asked', () => {
    const order = size({ intent: sell(0.5), heldQuantity: d('0.0333') })
    expect(order).toMatchObject({ kind: 'order', limitPrice: '2997.4', quantity: '0.0166', closesPosition: false })
  })

  it('of all that is held is exact, minimum or not, where closing is exempt', () => {
    const held = d('0.0021')
    expect(size({ intent: sell(1), heldQuantity: held })).toMatchObject({ quantity: held, closesPosition: true })
    expect(size({ intent: sell(1), heldQuantity: held, constraints: broker })).toMatchObject({
      reason: 'below-min-notional',
    })
  })

  it('needs the mark reduce-only for that exemption', () => {
    const intent = { ...sell(1), reduceOnly: false }
    expect(size({ intent, heldQuantity: d('0.0021') })).toMatchObject({ reason: 'below-min-notional' })
  })

  it('that closes is tried when the reference price alone reaches the minimum', () => {
    const heldQuantity = d('0.0034')
    expect(size({ intent: sell(1, 500), heldQuantity, constraints: broker })).toMatchObject({ closesPosition: true })
    expect(size({ intent: sell(0.99, 500), heldQuantity: d('0.0035'), constraints: perp })).toMatchObject({
      reason: 'below-min-notional',
    })
  })

  it('that would leave dust sells all', () => {
    const order = size({ intent: sell(0.9), heldQuantity: d('0.02'), constraints: broker })
    expect(order).toMatchObject({ quantity: '0.02', closesPosition: true })
    expect(order.steps).toContainEqual(expect.objectContaining({ limit: 'dust-rule', raw: '0.018', rounded: '0.02' }))
    expect(size({ intent: sell(0.5), heldQuantity: d('0.02'), constraints: broker })).toMatchObject({
      quantity: '0.01',
    })
  })

  it('of more than the largest order leaves the rest for the next one', () => {
    const constraints: SizingConstraints = { ...perp, maxQuantity: d('1') }
    expect(size({ intent: sell(1), heldQuantity: d('2.5'), constraints })).toMatchObject({
      quantity: '1',
      closesPosition: false,
    })
  })

  it('of nothing, or of a short, is skipped', () => {
    expect(size({ intent: sell(1) })).toMatchObject({ reason: 'nothing-held' })
    expect(size({ intent: sell(1), heldQuantity: d('-1') })).toMatchObject({ reason: 'nothing-held' })
    expect(size({ intent: sell(0), heldQuantity: d('1') })).toMatchObject({ reason: 'zero-quantity' })
  })
})

describe('bad input', () => {
  it('is refused or skipped, never guessed', () => {
    expect(size({ intent: buy(100), referencePrice: d('0') })).toMatchObject({ reason: 'no-price' })
    const coarse: SizingConstraints = { ...perp, price: { kind: 'tick', tick: d('1') } }
    expect(size({ intent: buy(100), referencePrice: d('0.4'), constraints: coarse })).toMatchObject({
      reason: 'no-price',
    })
    expect(() => size({ intent: buy(100, 10_000) })).toThrow(RangeError)
    expect(() => size({ intent: buy(100, Number.NaN) })).toThrow(RangeError)
    expect(() => size({ intent: buy(Number.NaN) })).toThrow('not a decimal amount')
    expect(() => size({ intent: buy(100), constraints: { ...perp, quantityStep: d('0') } })).toThrow(RangeError)
  })
})

describe('without friction', () => {
  it('buys for the whole amount and sells the exact share', () => {
    const constraints = FRICTIONLESS_SIZING
    expect(size({ intent: buy(123.456789, 0), constraints })).toMatchObject({ spend: '123.456789' })
    const heldQuantity = d('0.040983111105209519')
    expect(size({ intent: sell(1, 0), constraints, heldQuantity })).toMatchObject({
      quantity: heldQuantity,
      closesPosition: true,
    })
    expect(size({ intent: sell(0.45, 0), constraints, heldQuantity })).toMatchObject({
      quantity: '0.018442399997344283',
    })
  })
})

/** The names of the rules that do not hold. */
const broken = (rules: Readonly<Record<string, boolean>>) => Object.keys(rules).filter((name) => rules[name] === false)

describe('whatever the rules of a venue', () => {
  const slippage = fc.integer({ min: 0, max: 2_000 })
  const usd = positive(9).map(Number)
  const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }))

  const isMultiple = (amount: string, step: string) => new Exact(amount).mod(step).isZero()
  const isAtMost = (amount: Exact, most: string | null) => most === null || amount.lte(most)

  it('a buy stays within what was asked and meets every rule', () => {
    let orders = 0
    fc.assert(
      fc.property(usd, slippage, positive(10), sizingConstraints, (notionalUsd, bps, referencePrice, rules) => {
        const intent = buy(notionalUsd, bps)
        const order = sizeOrder({ intent, heldQuantity: d('0'), referencePrice, constraints: rules })
        if (order.kind === 'skip') return
        orders += 1
        const { quantity, limitPrice, spend } = order
        const worst = new Exact(referencePrice).mul(new Exact(bps).div(10_000).plus(1))
        const cost = new Exact(spend ?? new Exact(quantity).mul(limitPrice))
        const leastValue = new Exact(spend ?? new Exact(quantity).mul(Exact.min(limitPrice, referencePrice)))
        const failing = broken({
          limitNotWorseThanAsked: worst.gte(limitPrice),
          priceAllowed: isAllowedPrice(limitPrice, rules.price),
          wholeSteps: isMultiple(quantity, rules.quantityStep) && isMultiple(spend ?? '0', rules.quoteStep),
          something: new Exact(quantity).gt(0),
          costNotAboveAsked: cost.lte(notionalUsd),
          belowMaximums: isAtMost(new Exact(quantity), rules.maxQuantity) && isAtMost(cost, rules.maxNotional),
          aboveMinNotional: leastValue.gte(rules.minNotional),
          aboveMinQuantity: spend !== null || new Exact(quantity).gte(rules.minQuantity),
          spendsWhereTheVenueDoes: (spend !== null) === (rules.buyUnit === 'quote'),
        })
        expect(failing).toEqual([])
      }),
      { numRuns: 1_000 },
    )
    expect(orders).toBeGreaterThan(100)
  })

  it('a sell stays within what is held, meets every rule and never leaves dust that it could sell', () => {
    let orders = 0
    fc.assert(
      fc.property(share, slippage, positive(9), positive(10), sizingConstraints, (frac, bps, held, price, rules) => {
        const order = sizeOrder({
          intent: sell(frac, bps),
          heldQuantity: held,
          referencePrice: price,
          constraints: rules,
        })
        if (order.kind === 'skip') return
        orders += 1
        const { quantity, limitPrice, closesPosition } = order
        const worst = new Exact(price).mul(new Exact(1).minus(new Exact(bps).div(10_000)))
        const bounded = order.steps.some((step) => step.limit.startsWith('max-') && step.bound)
        const rest = decimalFrom(new Exact(held).minus(quantity))
        const failing = broken({
          limitNotWorseThanAsked: worst.lte(limitPrice),
          priceAllowed: isAllowedPrice(limitPrice, rules.price),
          heldNotExceeded: new Exact(quantity).lte(held),
          wholeSteps: isMultiple(quantity, rules.quantityStep),
          closesWhenAllIsSold: closesPosition === (quantity === roundQuantity(held, rules.quantityStep)),
          noDustLeft: closesPosition || bounded || !isDust(rest, price, rules),
        })
        expect(failing).toEqual([])
      }),
      { numRuns: 1_000 },
    )
    expect(orders).toBeGreaterThan(100)
  })

  it('an exit is skipped exactly when the holding is dust', () => {
    fc.assert(
      fc.property(slippage, positive(9), positive(10), sizingConstraints, (bps, held, price, rules) => {
        const constraints = { ...rules, maxQuantity: null, maxNotional: null }
        const order = sizeOrder({ intent: sell(1, bps), heldQuantity: held, referencePrice: price, constraints })
        const dust = isDust(held, price, constraints)
        expect(order).toMatchObject(dust ? { kind: 'skip' } : { kind: 'order', closesPosition: true })
      }),
      { numRuns: 1_000 },
    )
  })
})
