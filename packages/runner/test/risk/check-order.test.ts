import { Exact, parseDecimal, venueKey } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RiskPicture } from '../../src/risk/check-order.ts'
import { checkOrder } from '../../src/risk/check-order.ts'
import { limitsOf, NO_LIMITS, NO_RISK } from '../../src/risk/limits.ts'
import type { TradingOrder, TradingState } from '../../src/risk/trading-state.ts'
import { bindingOrder, tradingGate } from '../../src/risk/trading-state.ts'

const NOW = 1_700_000_000_000
const VENUE = venueKey({ tokenChain: 'acme', bookId: 'perps' })
const entry = { scope: 'live@mainnet', venue: VENUE, label: 'default' }

function order(change: Partial<Parameters<typeof checkOrder>[0]> = {}): Parameters<typeof checkOrder>[0] {
  const base = { side: 'buy', quantity: parseDecimal('2'), spend: null, reduceOnly: false } as const
  return { ...base, limitPrice: parseDecimal('100'), ...change }
}

function picture(change: Partial<RiskPicture> = {}): RiskPicture {
  return {
    now: NOW,
    price: { value: parseDecimal('100'), at: NOW },
    positionUsd: new Exact(0),
    venueUsd: new Exact(0),
    totalUsd: new Exact(0),
    equityUsd: new Exact(1_000),
    ordersLastMinute: 0,
    ...change,
  }
}

function trading(state: TradingState, change: Partial<TradingOrder> = {}): TradingOrder {
  const base = { scope: entry.scope, target: 'all', flattenAt: null, reason: 'news', by: 'operator', at: NOW } as const
  return { ...base, state, ...change }
}

describe('what may be sent', () => {
  it('is everything without a limit', () => {
    expect(checkOrder(order(), picture({ price: null, equityUsd: null }), NO_LIMITS, null, false).kind).toBe('allowed')
  })

  it.each([
    ['max-order', { maxOrderUsd: 199 }, {}],
    ['max-position', { maxPositionUsd: 300 }, { positionUsd: new Exact('100.01') }],
    ['max-venue', { maxVenueUsd: 300 }, { venueUsd: new Exact('100.01') }],
    ['max-total', { maxTotalUsd: 300 }, { totalUsd: new Exact('100.01') }],
    ['max-leverage', { maxLeverage: 2 }, { venueUsd: new Exact('1800.01') }],
    ['unknown-equity', { maxLeverage: 2 }, { equityUsd: null }],
    ['order-rate', { maxOrdersPerMinute: 3 }, { ordersLastMinute: 3 }],
    ['stale-price', { maxPriceAgeMs: 10 }, { price: { value: parseDecimal('100'), at: NOW - 11 } }],
    ['unknown-price', { maxPriceAgeMs: 10 }, { price: null }],
    ['price-deviation', { maxPriceDeviationBps: 100 }, { price: { value: parseDecimal('99'), at: NOW } }],
  ] as const)('stops at %s, and not just before it', (reason, limit, seen) => {
    const verdict = checkOrder(order(), picture(seen), { ...NO_LIMITS, ...limit }, null, false)
    expect(verdict).toMatchObject({ kind: 'refused', reason })
    const less = order({ quantity: parseDecimal('1.9'), limitPrice: parseDecimal('99.5') })
    const calmer = picture({
      ordersLastMinute: 2,
      price: { value: parseDecimal('99'), at: NOW - 10 },
      ...('positionUsd' in seen ? seen : {}),
      ...('venueUsd' in seen ? seen : {}),
      ...('totalUsd' in seen ? seen : {}),
    })
    expect(checkOrder(less, calmer, { ...NO_LIMITS, ...limit }, null, false).kind).toBe('allowed')
  })

  it('counts what is spent where a venue buys by quote', () => {
    const limits = { ...NO_LIMITS, maxOrderUsd: 150 }
    expect(checkOrder(order({ spend: parseDecimal('150') }), picture(), limits, null, false).kind).toBe('allowed')
    expect(checkOrder(order({ spend: parseDecimal('150.01') }), picture(), limits, null, false).kind).toBe('refused')
  })

  it('is an exit whatever the limits say, and whatever is unknown', () => {
    const nothing = fc.constantFrom(null, 0.000001)
    const limits = fc.record({
      maxOrderUsd: nothing,
      maxPositionUsd: nothing,
      maxVenueUsd: nothing,
      maxTotalUsd: nothing,
      maxLeverage: nothing,
      maxOrdersPerMinute: nothing,
      maxPriceDeviationBps: nothing,
      maxPriceAgeMs: nothing,
    })
    fc.assert(
      fc.property(limits, fc.boolean(), fc.nat(), (limit, known, ordersLastMinute) => {
        const exit = order({ side: 'sell', reduceOnly: true })
        const seen = picture({ ordersLastMinute, ...(known ? {} : { price: null, equityUsd: null }) })
        for (const binding of [null, trading('active'), trading('reducing')]) {
          expect(checkOrder(exit, seen, limit, binding, false).kind).toBe('allowed')
        }
      }),
    )
  })

  it('is never an entry while reducing, and nothing but selling off while halted', () => {
    const exit = order({ side: 'sell', reduceOnly: true })
    expect(checkOrder(order(), picture(), NO_LIMITS, trading('reducing'), false)).toMatchObject({ reason: 'reducing' })
    expect(checkOrder(order(), picture(), NO_LIMITS, trading('halted'), false)).toMatchObject({ reason: 'halted' })
    expect(checkOrder(exit, picture(), NO_LIMITS, trading('halted'), false)).toMatchObject({ reason: 'halted' })
    expect(checkOrder(exit, picture(), NO_LIMITS, trading('halted'), true).kind).toBe('allowed')
  })
})

describe('limits of single entries', () => {
  it('replace the general ones by name, those of an account before those of a venue', () => {
    const config = {
      ...NO_RISK,
      limits: { ...NO_LIMITS, maxOrderUsd: 100, maxTotalUsd: 1_000 },
      venues: { [VENUE]: { maxOrderUsd: 50 }, [`${VENUE} small`]: { maxOrderUsd: 10, maxTotalUsd: null } },
    }
    expect(limitsOf(config, entry)).toMatchObject({ maxOrderUsd: 50, maxTotalUsd: 1_000 })
    expect(limitsOf(config, { ...entry, label: 'small' })).toMatchObject({ maxOrderUsd: 10, maxTotalUsd: null })
    expect(limitsOf(config, { venue: 'acme/spot', label: 'default' })).toMatchObject({ maxOrderUsd: 100 })
  })
})

describe('the order that binds an entry', () => {
  it('is the strictest that concerns it', () => {
    const own = trading('reducing', { target: { venue: VENUE, label: 'default' } })
    const others = trading('halted', { target: { venue: VENUE, label: 'other' } })
    expect(bindingOrder([trading('active'), own, others], entry)).toBe(own)
    expect(bindingOrder([trading('halted'), own], entry)?.state).toBe('halted')
    expect(bindingOrder([others, trading('halted', { scope: 'paper@mainnet' })], entry)).toBeNull()
  })

  it('is what the gate says', () => {
    expect(tradingGate(null)).toEqual({ state: 'open' })
    expect(tradingGate(trading('active'))).toEqual({ state: 'open' })
    expect(tradingGate(trading('reducing'))).toMatchObject({ state: 'exit-only', reason: 'operator' })
    expect(tradingGate(trading('halted', { by: 'breaker', reason: '50 USD lost' }))).toMatchObject({
      state: 'closed',
      message: 'halted by a loss limit: 50 USD lost',
    })
  })
})
