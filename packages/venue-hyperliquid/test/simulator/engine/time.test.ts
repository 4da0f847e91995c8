import { Decimal } from 'decimal.js'
import { describe, expect, it } from 'vitest'
import { delistCoin, pushPrice } from '../../../src/simulator/engine/advance.ts'
import { cancelOrder } from '../../../src/simulator/engine/cancel-order.ts'
import { CANNOT_MODIFY, modifyOrder } from '../../../src/simulator/engine/modify-order.ts'
import { TestEngine } from './test-engine.ts'

const HOUR = 3_600_000

describe('triggers', () => {
  it('a stop sells when the mark price reaches it, and its sibling goes', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, 1)
    const price = engine.price('ETH')
    const stopPx = new Decimal(Math.round(price * 0.9))
    const trigger = { isMarket: true, triggerPx: stopPx, tpsl: 'sl' as const }
    const stop = engine.place('ETH', false, { px: stopPx, trigger, reduceOnly: true })
    const takePx = new Decimal(Math.round(price * 1.1))
    const profit = engine.place('ETH', false, {
      px: takePx,
      trigger: { isMarket: true, triggerPx: takePx, tpsl: 'tp' },
      reduceOnly: true,
    })
    expect([stop.kind, profit.kind]).toEqual(['resting', 'resting'])
    pushPrice(engine.core, 'ETH', price * 0.89)
    expect(engine.statuses(stop)).toEqual(['open', 'triggered', 'filled'])
    expect(engine.held('ETH')).toBe('0')
    expect(engine.statuses(profit).at(-1)).toBe('reduceOnlyCanceled')
  })
})

describe('time', () => {
  it('pays funding every hour on what is held then', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, 2)
    const before = engine.account.cash
    engine.pass(3 * HOUR)
    expect(engine.account.fundings).toHaveLength(3)
    const paid = engine.account.fundings.reduce((sum, { usdc }) => sum.plus(usdc), new Decimal(0))
    expect(engine.account.cash.minus(before).toString()).toBe(paid.toString())
    expect(engine.account.positions.get('ETH')?.funding.sinceOpen.toString()).toBe(paid.neg().toString())
    expect(engine.account.fundings.every(({ time }) => time % HOUR === 40)).toBe(true)
  })

  it('liquidates an account that no longer covers its maintenance margin', () => {
    const engine = new TestEngine(1000)
    const price = engine.price('ETH')
    engine.take('ETH', true, new Decimal(15_000).div(price).toDecimalPlaces(3))
    expect(engine.held('ETH')).not.toBe('0')
    pushPrice(engine.core, 'ETH', price * 0.92)
    expect(engine.held('ETH')).toBe('0')
    expect(engine.account.fills.at(-1)?.liquidation).toMatchObject({ method: 'market' })
    expect(engine.events.some((event) => event.kind === 'liquidation')).toBe(true)
  })

  it('cancels what was scheduled to be cancelled', () => {
    const engine = new TestEngine()
    const order = engine.place('BTC', true, { px: Math.round(engine.price('BTC') * 0.5), size: '0.01' })
    engine.account.scheduledCancel = engine.core.now + 5000
    engine.pass(4000)
    expect(engine.statuses(order)).toEqual(['open'])
    engine.pass(1000)
    expect(engine.statuses(order)).toEqual(['open', 'scheduledCancel'])
  })

  it('ends orders and positions of a coin that is delisted', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, 1)
    const order = engine.place('ETH', true, { px: Math.round(engine.price('ETH') * 0.5) })
    delistCoin(engine.core, 'ETH')
    expect(engine.statuses(order)).toEqual(['open', 'delistedCanceled'])
    expect(engine.held('ETH')).toBe('0')
    expect(engine.place('ETH', true)).toEqual({ kind: 'error', text: 'Trading is halted. asset=1' })
  })
})

describe('cancel and modify', () => {
  it('cancels once', () => {
    const engine = new TestEngine()
    const order = engine.place('ETH', true, { px: Math.round(engine.price('ETH') * 0.5), cloid: `0x${'1'.repeat(32)}` })
    const oid = order.kind === 'resting' ? order.order.oid : 0
    expect(cancelOrder(engine.core, engine.account, 1, oid)).toBeUndefined()
    const gone = 'Order was never placed, already canceled, or filled. asset=1'
    expect(cancelOrder(engine.core, engine.account, 1, oid)).toBe(gone)
    expect(cancelOrder(engine.core, engine.account, 1, `0x${'1'.repeat(32)}`)).toBe(gone)
  })

  it('modifies by cancelling and placing anew; a refused change leaves the order as it was', () => {
    const engine = new TestEngine()
    const px = Math.round(engine.price('ETH') * 0.5)
    const first = engine.place('ETH', true, { px })
    if (first.kind !== 'resting') throw new Error('expected a resting order')
    const { order } = first
    const request = { ...order, limitPx: new Decimal(px + 1), stage: 'book' as const }
    const bad = modifyOrder(engine.core, engine.account, order.oid, { ...request, sz: new Decimal('0.0001') })
    expect(bad).toMatchObject({ text: 'Order must have minimum value of $10. asset=1' })
    expect(engine.account.openOrders.has(order.oid)).toBe(true)
    const second = modifyOrder(engine.core, engine.account, order.oid, request)
    expect(second.kind === 'resting' && second.order.oid).toBe(order.oid + 1)
    expect(engine.statuses(first)).toEqual(['open', 'canceled'])
    expect(modifyOrder(engine.core, engine.account, order.oid, request)).toEqual({ kind: 'error', text: CANNOT_MODIFY })
  })
})
