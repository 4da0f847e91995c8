import type { SealedOrder } from '@portolan/core'
import { Exact, instrumentId, ZERO } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSimulatedExchangeState } from '../../../src/execution/simulated/index.ts'
import { d, ETH, exchangeWith, instrument, request } from './exchange-fixture.ts'

describe('an order', () => {
  it('rests until the next price, then fills whole, worse by the slippage and with the taker fee', async () => {
    const { exchange, events, price, send } = exchangeWith()
    const { sealed, outcome } = await send(request('buy', '2', { intentId: 'one' }))
    expect(outcome).toEqual({ kind: 'resting', orderId: 'one', filled: '0' })
    expect(await exchange.openOrders()).toMatchObject([{ sealedId: sealed.id, side: 'buy', remaining: '2' }])
    expect(events).toEqual([])

    price(1_000)
    const fill = {
      id: 'sim-one-1',
      orderId: 'one',
      sealedId: sealed.id,
      instrument: ETH,
      side: 'buy',
      price: '1000.5',
      quantity: '2',
      fee: { in: 'quote', amount: '2.001' },
      at: 1_000,
    }
    const end = { kind: 'filled', orderId: 'one', filled: '2', averagePrice: '1000.5', fills: [fill] }
    expect(events).toEqual([
      { type: 'fill', fill },
      { type: 'order', sealedId: sealed.id, outcome: end },
    ])
    expect(await exchange.lookup(sealed)).toEqual(end)
    expect(await exchange.balances()).toEqual([{ asset: 'USDC', total: '7996.999', available: '7996.999' }])
    expect(await exchange.positions()).toEqual([{ instrument: ETH, quantity: '2', averageEntry: '1000.5' }])
    expect(await exchange.openOrders()).toEqual([])
  })

  it('sold brings the price less slippage and fee', async () => {
    const { exchange, trade } = exchangeWith()
    await trade(request('buy', '2'), 1_000)
    expect(await trade(request('sell', '1'), 1_100)).toMatchObject({ kind: 'filled', averagePrice: '1099.45' })
    expect(await exchange.positions()).toEqual([{ instrument: ETH, quantity: '1', averageEntry: '1000.5' }])
    expect(await exchange.balances()).toMatchObject([{ total: '9095.34955' }])
  })

  it('has one effect however often it is prepared, submitted or asked about', async () => {
    const { exchange, events, price } = exchangeWith()
    const order = request('buy', '1')
    const first = await exchange.prepare(order)
    expect((await exchange.prepare(order)).id).toBe(first.id)
    const stored = JSON.parse(JSON.stringify(first)) as SealedOrder
    await Promise.all([exchange.submit(first), exchange.submit(stored), exchange.submit(stored)])
    price(1_000)
    price(1_000)
    expect(await exchange.submit(stored)).toMatchObject({ kind: 'filled' })
    price(1_000)
    expect(events.map(({ type }) => type)).toEqual(['fill', 'order'])
  })

  it('does nothing at the exchange before it is submitted', async () => {
    const { exchange, events, price } = exchangeWith()
    await exchange.prepare(request('buy', '1'))
    price(1_000)
    expect(events).toEqual([])
    expect(await exchange.openOrders()).toEqual([])
  })

  it('is ended without a fill when the slipped price is beyond its limit', async () => {
    const { events, trade } = exchangeWith()
    const outcome = await trade(request('buy', '1', { limitPrice: d('1000.49') }), 1_000)
    expect(outcome).toEqual({
      kind: 'expired',
      cause: 'cancelled',
      message: 'could not match at 1000.5: the limit is 1000.49',
    })
    expect(events.map(({ type }) => type)).toEqual(['order'])
    expect(await trade(request('buy', '1', { limitPrice: d('1000.5') }), 1_000)).toMatchObject({ kind: 'filled' })
    expect(await trade(request('sell', '1', { limitPrice: d('999.6') }), 1_000)).toMatchObject({ kind: 'expired' })
    expect(await trade(request('sell', '1', { limitPrice: d('999.5') }), 1_000)).toMatchObject({ kind: 'filled' })
  })

  it('takes no notice of other instruments, nor of a price from before it was accepted', async () => {
    const { exchange, clock, events, price, send } = exchangeWith()
    await clock.advanceTo(5_000)
    await send(request('buy', '1'))
    exchange.onPrice(instrumentId('BTC'), d('1'), 6_000)
    price(1_000, 4_999)
    expect(events).toEqual([])
    price(1_000, 5_000)
    expect(events).toHaveLength(2)
  })

  it('can be cancelled while it rests', async () => {
    const { exchange, events, price, send } = exchangeWith()
    const { sealed } = await send(request('buy', '1'))
    expect(await exchange.cancel(sealed)).toMatchObject({ kind: 'expired', cause: 'cancelled' })
    price(1_000)
    expect(events.map(({ type }) => type)).toEqual(['order'])
    const { sealed: filled } = await send(request('buy', '1'))
    price(1_000)
    expect(await exchange.cancel(filled)).toMatchObject({ kind: 'filled' })
  })

  it('that never arrived has expired for good', async () => {
    const { exchange, price, events } = exchangeWith()
    const sealed = await exchange.prepare(request('buy', '1'))
    expect(await exchange.lookup(sealed)).toMatchObject({ kind: 'expired' })
    expect(await exchange.submit(sealed)).toMatchObject({ kind: 'expired' })
    price(1_000)
    expect(events).toEqual([])
  })

  it('of another exchange is refused', async () => {
    const { exchange } = exchangeWith()
    const foreign = { id: '0xabc', instrument: ETH, expiresAt: null, payload: { action: 'order' } }
    await expect(exchange.submit(foreign)).rejects.toThrow('order 0xabc was not prepared by the simulated exchange')
  })

  it('for what is not traded is rejected', async () => {
    const delisted = exchangeWith({ instrument: () => ({ ...instrument, status: 'delisted' }) })
    for (const { send } of [exchangeWith({ instrument: () => null }), delisted]) {
      expect((await send(request('buy', '1'))).outcome).toMatchObject({ kind: 'rejected', reason: 'instrument' })
    }
  })
})

describe('a sell', () => {
  it('never exceeds what is held', async () => {
    const { exchange, price, send, trade } = exchangeWith()
    await trade(request('buy', '2'), 1_000)
    const first = await send(request('sell', '1.5'))
    const second = await send(request('sell', '1.5'))
    price(1_000)
    expect(await exchange.lookup(first.sealed)).toMatchObject({ kind: 'filled', filled: '1.5' })
    expect(await exchange.lookup(second.sealed)).toMatchObject({ kind: 'partial', filled: '0.5' })
    expect(await exchange.positions()).toEqual([])
    expect(await trade(request('sell', '1'), 1_000)).toMatchObject({ kind: 'rejected', reason: 'reduce-only' })
  })

  it('not marked reduce-only is rejected when more is asked than held', async () => {
    const { trade } = exchangeWith()
    await trade(request('buy', '1'), 1_000)
    const outcome = await trade(request('sell', '2', { reduceOnly: false }), 1_000)
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'insufficient-funds' })
  })
})

describe('a buy', () => {
  it('needs the money, fee included, and reserves it while it rests', async () => {
    const { exchange, price, send } = exchangeWith({ startingCash: d('1001.5') })
    const { sealed } = await send(request('buy', '1', { limitPrice: d('1000') }))
    expect(await exchange.balances()).toEqual([{ asset: 'USDC', total: '1001.5', available: '0.5' }])
    price(1_001)
    expect(await exchange.lookup(sealed)).toMatchObject({ kind: 'expired' })
    const { sealed: dear } = await send(request('buy', '1', { limitPrice: d('1001') }))
    price(1_000.2)
    expect(await exchange.lookup(dear)).toMatchObject({ kind: 'rejected', reason: 'insufficient-funds' })
  })

  it('by quote gets what its spend buys, fee included, in whole steps', async () => {
    const { exchange, trade } = exchangeWith()
    const outcome = await trade(request('buy', '0.1', { spend: d('100') }), 1_000)
    expect(outcome).toMatchObject({ kind: 'filled', filled: '0.099' })
    const tooLittle = await trade(request('buy', '0.001', { spend: d('1') }), 1_000)
    expect(tooLittle).toMatchObject({ kind: 'rejected', reason: 'quantity-rule' })
    expect(await exchange.balances()).toMatchObject([{ total: '9900.8514505' }])
  })

  it('that may only reduce is rejected', async () => {
    const { trade } = exchangeWith()
    expect(await trade(request('buy', '1', { reduceOnly: true }), 1_000)).toMatchObject({ reason: 'reduce-only' })
  })
})

describe('without friction', () => {
  it('everything fills whole at the price, whatever the limit, the fee and the money', async () => {
    const { exchange, trade } = exchangeWith({ frictionless: true, startingCash: d('0') })
    const bought = await trade(request('buy', '0', { spend: d('100'), limitPrice: d('1') }), 30)
    expect(bought).toMatchObject({ kind: 'filled', filled: '3.333333333333333333', averagePrice: '30' })
    const sold = await trade(request('sell', '3.333333333333333333', { limitPrice: d('1000') }), 60)
    expect(sold).toMatchObject({ averagePrice: '60', fills: [{ fee: { in: 'quote', amount: '0' } }] })
    expect(await exchange.positions()).toEqual([])
    expect(await exchange.balances()).toMatchObject([{ total: '99.99999999999999999' }])
  })
})

describe('fills since a cursor', () => {
  it('are each told, oldest first, and none twice after its cursor', async () => {
    const { exchange, trade } = exchangeWith()
    for (const intentId of ['a', 'b']) await trade(request('buy', '1', { intentId }), 1_000)
    const first = await exchange.fills(null)
    expect(first.fills.map(({ id }) => id)).toEqual(['sim-a-1', 'sim-b-1'])
    await trade(request('sell', '1', { intentId: 'c' }), 1_000)
    const second = await exchange.fills(first.cursor)
    expect(second.fills.map(({ id }) => id)).toEqual(['sim-c-1'])
    expect(await exchange.fills(second.cursor)).toEqual({ fills: [], cursor: second.cursor })
  })

  it('are all told to a cursor of an exchange that forgot, and nonsense is refused', async () => {
    const { exchange, trade } = exchangeWith()
    await trade(request('buy', '1', { intentId: 'a' }), 1_000)
    expect((await exchange.fills('57')).fills).toHaveLength(1)
    await expect(exchange.fills('yesterday')).rejects.toThrow('"yesterday" is no cursor')
  })
})

describe('the saved state', () => {
  it('goes on where it was, with orders that rest', async () => {
    const before = exchangeWith()
    await before.trade(request('buy', '2', { intentId: 'a' }), 1_000)
    const { sealed } = await before.send(request('sell', '1', { intentId: 'b' }))
    const saved = JSON.parse(JSON.stringify(before.exchange.snapshot()))

    const after = exchangeWith({ state: readSimulatedExchangeState(saved) })
    expect(await after.exchange.lookup(sealed)).toMatchObject({ kind: 'resting' })
    after.price(1_000)
    before.price(1_000)
    expect(after.exchange.snapshot()).toEqual(before.exchange.snapshot())
    expect((await after.exchange.fills('1')).fills.map(({ id }) => id)).toEqual(['sim-b-1'])
  })

  it('is refused whole when it cannot be read', () => {
    const { exchange } = exchangeWith()
    expect(() => readSimulatedExchangeState({ ...exchange.snapshot(), cash: '1e5' })).toThrow('cash')
    expect(() => readSimulatedExchangeState({ version: 2 })).toThrow('cannot be read')
  })

  it('stays bounded, and never takes an order again that it has forgotten', async () => {
    const { exchange, clock, send, price } = exchangeWith({ frictionless: true })
    const { sealed: oldest } = await send(request('buy', '1'))
    price(1)
    for (let n = 0; n < 1_200; n += 1) {
      await clock.advanceTo(2_000 + n)
      await send(request('buy', '1'))
      price(1)
    }
    const { ended, fills } = exchange.snapshot()
    expect([ended.length, fills.length]).toEqual([1_000, 1_000])
    expect(await exchange.submit(oldest)).toMatchObject({ kind: 'unknown' })
    expect(await exchange.openOrders()).toEqual([])
    expect((await exchange.fills(null)).fills).toHaveLength(1_000)
  })
})

describe('whatever is traded', () => {
  const order = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    units: fc.integer({ min: 1, max: 3_000 }),
    spend: fc.option(fc.integer({ min: 1, max: 3_000 })),
    price: fc.integer({ min: 1, max: 2_000 }),
  })

  it('money and quantity are what the fills say, and neither falls below zero', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 30 }), async (orders) => {
        const { exchange, trade } = exchangeWith()
        for (const { side, units, spend, price } of orders) {
          const quantity = new Exact(units).div(1_000).toFixed()
          const spends = side === 'buy' && spend !== null ? { spend: d(String(spend)) } : {}
          await trade(request(side, quantity, spends), price)
        }
        const { fills } = await exchange.fills(null)
        let cash = new Exact(10_000)
        let held = new Exact(0)
        for (const { side, price, quantity, fee } of fills) {
          const notional = new Exact(price).mul(quantity)
          cash = (side === 'buy' ? cash.minus(notional) : cash.plus(notional)).minus(fee.amount)
          held = side === 'buy' ? held.plus(quantity) : held.minus(quantity)
          expect(cash.gte(0) && held.gte(0)).toBe(true)
        }
        const [balance] = await exchange.balances()
        const [position] = await exchange.positions()
        expect(balance?.total).toBe(cash.toFixed())
        expect(position?.quantity ?? ZERO).toBe(held.toFixed())
        expect(new Set(fills.map(({ id }) => id)).size).toBe(fills.length)
      }),
    )
  })
})
