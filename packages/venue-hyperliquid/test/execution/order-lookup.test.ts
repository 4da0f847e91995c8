import type { OrderRequest, SealedOrder } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import type { ManualClock } from '../harness/manual-clock.ts'
import { fill, record, request, startTrading, stateAt } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'

const signal = new AbortController().signal

let started: StartedVenue
let server: ScriptedVenue
let clock: ManualClock
let venue: HyperliquidVenue

beforeEach(async () => {
  started = await startTrading()
  server = started.server
  clock = started.clock
  venue = started.venue
})

afterEach(() => started[Symbol.asyncDispose]())

const prepare = (changes?: Partial<OrderRequest>) => venue.execution.prepare(request(changes), signal)
const lookup = (order: SealedOrder) => venue.execution.lookup(order, signal)
const ordersSent = () => server.requests.filter(({ path }) => path === '/exchange')

describe('lookup', () => {
  it('knows an order that rests, and how much of it is done', async () => {
    const order = await prepare()
    server.info.set('orderStatus', record(order, 'open', '0.0007'))
    expect(await lookup(order)).toEqual({ kind: 'resting', orderId: '77', filled: '0.0003' })
  })

  it.each([
    ['iocCancelRejected', 'no-liquidity'],
    ['perpMarginRejected', 'insufficient-funds'],
    ['reduceOnlyRejected', 'reduce-only'],
    ['brandNewRejected', 'other'],
  ])('knows the reject %s', async (status, reason) => {
    const order = await prepare()
    server.info.set('orderStatus', record(order, status, '0.001'))
    expect(await lookup(order)).toEqual({ kind: 'rejected', reason, message: status })
  })

  it('calls a cancelled order partial when some of it was executed, and expired otherwise', async () => {
    const order = await prepare()
    server.info.set('orderStatus', record(order, 'canceled', '0.001'))
    expect(await lookup(order)).toEqual({ kind: 'expired', cause: 'cancelled', message: 'canceled' })
    server.info.set('orderStatus', record(order, 'canceled', '0.0008'))
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.0002', '80000.0', 1)] }))
    expect(await lookup(order)).toMatchObject({ kind: 'partial', filled: '0.0002', averagePrice: '80000' })
  })

  it('waits for fills that are not listed yet, but believes the facts when they stay fewer', async () => {
    const order = await prepare({ reduceOnly: true, side: 'sell' })
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.0005', '80000.0', 1)] }))
    expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
    // The venue shrinks a reduce-only order to the position.
    clock.advance(3001)
    expect(await lookup(order)).toMatchObject({ kind: 'partial', filled: '0.0005' })
  })

  it('does not mix in the fills of other orders', async () => {
    const order = await prepare()
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({
      json: [fill(order, '5', '1.0', 9, 12345), fill(order, '0.001', '80000.0', 1)],
    }))
    expect(await lookup(order)).toMatchObject({ kind: 'filled', filled: '0.001', averagePrice: '80000' })
  })

  it('does not call an unknown order expired before the venue itself is past its expiry', async () => {
    const order = await prepare()
    expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
    clock.advance(60_000)
    // Our clock runs ahead of the venue's.
    server.info.set('clearinghouseState', () => ({ json: stateAt((order.expiresAt ?? 0) - 1) }))
    expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
    server.info.set('clearinghouseState', () => ({ json: stateAt((order.expiresAt ?? 0) + 2999) }))
    expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
    server.info.set('clearinghouseState', () => ({ json: stateAt((order.expiresAt ?? 0) + 3000) }))
    expect(await lookup(order)).toMatchObject({ kind: 'expired', cause: 'time' })
  })

  it('finds by its fills an order whose record the venue has dropped', async () => {
    const order = await prepare()
    clock.advance(86_400_000)
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.001', '80000.0', 1)] }))
    expect(await lookup(order)).toMatchObject({ kind: 'filled', filled: '0.001' })
  })

  it('throws when the venue cannot be asked: nothing is known then', async () => {
    const order = await prepare()
    server.info.set('orderStatus', () => ({ status: 503, text: '' }))
    await expect(lookup(order)).rejects.toMatchObject({ code: 'unavailable' })
    server.info.set('orderStatus', () => ({ json: { status: 'order', order: {} } }))
    await expect(lookup(order)).rejects.toMatchObject({ code: 'malformed-answer' })
  })
})

describe('cancel', () => {
  it('names the order by its client id and answers what became of the order', async () => {
    const order = await prepare()
    server.exchange = () => ({ json: { status: 'ok', response: { type: 'cancel', data: { statuses: ['success'] } } } })
    server.info.set('orderStatus', record(order, 'canceled', '0.001'))
    expect(await venue.execution.cancel?.(order, signal)).toMatchObject({ kind: 'expired', cause: 'cancelled' })
    expect(ordersSent()[0]?.body.action).toEqual({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: order.id }] })
  })

  it('of an order that was filled meanwhile answers filled', async () => {
    const order = await prepare()
    const gone = 'Order was never placed, already canceled, or filled. asset=0'
    server.exchange = () => ({
      json: { status: 'ok', response: { type: 'cancel', data: { statuses: [{ error: gone }] } } },
    })
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.001', '80000.0', 1)] }))
    expect(await venue.execution.cancel?.(order, signal)).toMatchObject({ kind: 'filled' })
  })
})
