import type { Outcome, SealedOrder } from '@portolan/core'
import { Exact, instrumentId, parseDecimal } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { until } from '../harness/until.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import { simulatedVenue } from './simulated-venue.ts'

const signal = new AbortController().signal
const signer = throwawaySigner()
const BTC = instrumentId('BTC')

let sim: SimulatedVenue

beforeEach(async () => {
  sim = await simulatedVenue({ signer })
})

afterEach(async () => {
  await sim[Symbol.asyncDispose]()
})

const submit = (order: SealedOrder) => sim.venue.execution.submit(order, signal)
const lookup = (order: SealedOrder) => sim.venue.execution.lookup(order, signal)
const executed = () => sim.simulator.executions().flatMap((account) => account.fills)
const filledOf = (outcome: Outcome) => ('filled' in outcome ? outcome.filled : null)

describe('an order', () => {
  it('is signed, sent, matched, and found again in the account and its stream', async () => {
    const request = await sim.request({})
    const order = await sim.venue.execution.prepare(request, signal)
    const outcome = await submit(order)
    expect(outcome).toMatchObject({ kind: 'filled', filled: request.quantity })
    expect(await lookup(order)).toMatchObject({ kind: 'filled', filled: request.quantity })
    expect(await sim.venue.account.positions(signal)).toMatchObject([{ instrument: 'BTC', quantity: request.quantity }])
    const { fills } = await sim.venue.account.fills(null, signal)
    expect(fills.every((fill) => fill.sealedId === order.id && fill.side === 'buy')).toBe(true)
    const sum = fills.reduce((total, fill) => total.plus(fill.quantity), new Exact(0))
    expect(sum.toFixed()).toBe(request.quantity)
    await until('the fills on the stream', () => {
      const told = sim.context.events.flatMap((event) => (event.type === 'fill' ? [event.fill.id] : []))
      return fills.every((fill) => told.includes(fill.id))
    })
    await until('its end on the stream', () =>
      sim.context.events.some(
        (event) => event.type === 'order' && event.sealedId === order.id && event.outcome.kind === 'filled',
      ),
    )
  })

  it('that closes a position leaves nothing behind but what it cost', async () => {
    const buy = await sim.request({})
    await submit(await sim.venue.execution.prepare(buy, signal))
    const sell = await sim.request({ side: 'sell', quantity: buy.quantity, reduceOnly: true, closesPosition: true })
    expect(await submit(await sim.venue.execution.prepare(sell, signal))).toMatchObject({ kind: 'filled' })
    expect(await sim.venue.account.positions(signal)).toEqual([])
    expect(await sim.venue.account.openOrders(signal)).toEqual([])
    const [balance] = await sim.venue.account.balances(signal)
    expect(Number(balance?.total)).toBeLessThan(100_000)
    expect(Number(balance?.total)).toBeGreaterThan(99_990)
  })

  it('that reduces more than is held takes what is held, and is partial', async () => {
    const buy = await sim.request({})
    await submit(await sim.venue.execution.prepare(buy, signal))
    const twice = parseDecimal(new Exact(buy.quantity).times(2).toFixed())
    const sell = await sim.prepare({ side: 'sell', quantity: twice, reduceOnly: true })
    const outcome = await submit(sell)
    expect(outcome).toMatchObject({ kind: 'partial', filled: buy.quantity })
    await sim.pass(5000)
    expect(await lookup(sell)).toMatchObject({ kind: 'partial', filled: buy.quantity })
  })

  it.each([
    ['too little', { usd: 5 }, 'min-notional'],
    ['more than there is money for', { usd: 30_000_000 }, null],
    ['a price nobody sells at', { limitPrice: parseDecimal('1000') }, null],
    ['reduce-only with nothing to reduce', { side: 'sell', reduceOnly: true }, 'reduce-only'],
  ] as const)('for %s is rejected, and stays so', async (_name, changes, reason) => {
    const order = await sim.prepare(changes)
    const outcome = await submit(order)
    expect(outcome).toMatchObject({ kind: 'rejected', ...(reason === null ? {} : { reason }) })
    expect(outcome).not.toMatchObject({ reason: 'other' })
    expect(executed()).toEqual([])
  })
})

describe('an order of which the answer is lost', () => {
  it.each([
    ['the connection ends', { kind: 'lost-answer' }],
    ['the answer is cut in half', { kind: 'truncated-json' }],
    ['a gateway fails after it', { kind: 'bad-gateway', accepted: true }],
    ['the server fails after it', { kind: 'status-500', accepted: true }],
    ['it is asked to slow down after it', { kind: 'rate-limited', accepted: true }],
  ] as const)('because %s is unknown, then found, and was executed once', async (_name, fault) => {
    const request = await sim.request({})
    const order = await sim.venue.execution.prepare(request, signal)
    sim.simulator.faults.add({ ...fault, path: '/exchange' })
    expect(await submit(order)).toMatchObject({ kind: 'unknown' })
    const found = lookup(order)
    await sim.pass(12_000)
    expect(await found).toMatchObject({ kind: 'filled', filled: request.quantity })
    expect(new Set(executed().map((each) => each.oid)).size).toBe(1)
  })

  it.each([{ kind: 'status-500' }, { kind: 'bad-gateway' }] as const)(
    'and that never arrived ($kind) is unknown until it has expired, and only then gone',
    async (fault) => {
      const order = await sim.prepare()
      sim.simulator.faults.add({ ...fault, path: '/exchange' })
      expect(await submit(order)).toMatchObject({ kind: 'unknown' })
      expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
      await sim.pass(15_000)
      expect(await lookup(order)).toMatchObject({ kind: 'unknown' })
      await sim.pass(4000)
      expect(await lookup(order)).toMatchObject({ kind: 'expired', cause: 'time' })
      expect(await submit(order)).toMatchObject({ kind: 'expired' })
      expect(executed()).toEqual([])
    },
  )

  it('and that is sent again all the same has one effect', async () => {
    const order = await sim.prepare()
    sim.simulator.faults.add({ kind: 'lost-answer', path: '/exchange' })
    await submit(order)
    const again = await submit(order)
    expect(again.kind).toBe('filled')
    expect(filledOf(again)).toBe(filledOf(await lookup(order)))
    expect(new Set(executed().map((each) => each.oid)).size).toBe(1)
  })

  it('is found by an adapter that was started later', async () => {
    const order = await sim.prepare()
    sim.simulator.faults.add({ kind: 'lost-answer', path: '/exchange' })
    await submit(order)
    const stored = JSON.parse(JSON.stringify(order)) as SealedOrder
    const { HyperliquidVenue } = await import('../../src/adapter/hyperliquid-venue.ts')
    await using next = new HyperliquidVenue(sim.context, () => 0.5)
    await next.start(signal)
    expect(await next.execution.lookup(stored, signal)).toMatchObject({ kind: 'filled' })
  })
})

describe('a market that is watched', () => {
  const kinds = (coin: string) =>
    sim.context.events.flatMap((event) =>
      event.type === 'feed-status' && event.instrument === coin ? [event.status.kind] : [],
    )
  const trades = (coin: string) =>
    sim.context.events.flatMap((event) => (event.type === 'trades' && event.instrument === coin ? event.trades : []))

  it('delivers every trade once over reconnections, and the bars that the venue keeps agree with them', async () => {
    sim.venue.marketData.want([
      { instrument: BTC, feed: 'trading' },
      { instrument: instrumentId('ETH'), feed: 'majors' },
    ])
    await until('live', () => kinds('BTC').includes('live') && kinds('ETH').includes('live'))
    const from = Math.ceil(sim.clock.now() / 60_000) * 60_000
    await sim.pass(90_000)
    sim.simulator.faults.dropSockets()
    await until('noticed', () => kinds('BTC').includes('stale'))
    await sim.pass(10_000)
    await until('live again', () => kinds('BTC').at(-1) === 'live')
    await sim.pass(150_000)
    const ids = trades('BTC').map((trade) => trade.id)
    expect(ids.length).toBeGreaterThan(100)
    expect(new Set(ids).size).toBe(ids.length)
    expect(trades('ETH').length).toBeGreaterThan(20)
    // The last bar lies after the interruption: what was delivered must add up to it.
    const bars = await sim.venue.marketData.history({
      instrument: BTC,
      timeframe: '1m',
      from,
      to: sim.clock.now(),
      signal,
    })
    const bar = bars.at(-1)
    if (bar === undefined) throw new Error('no bar')
    const of = trades('BTC').filter((trade) => trade.ts >= bar.ts && trade.ts < bar.ts + 60_000)
    const prices = of.map((trade) => Number(trade.price))
    expect(Math.max(...prices)).toBe(bar.high)
    expect(Math.min(...prices)).toBe(bar.low)
    expect(prices.at(-1)).toBe(bar.close)
    const volume = of.reduce((sum, trade) => sum.plus(trade.quantity), new Exact(0)).toNumber()
    expect(volume).toBeCloseTo(bar.volume, 6)
  })

  it('that stalls while pings are answered is noticed, and leaves only exits open', async () => {
    sim.venue.marketData.want([{ instrument: BTC, feed: 'trading' }])
    await until('live', () => kinds('BTC').includes('live'))
    sim.simulator.faults.add({ kind: 'stalled-socket' })
    await sim.pass(32_000)
    expect(kinds('BTC')).toContain('stale')
    sim.simulator.faults.clear()
    await sim.pass(10_000)
    await until('live again', () => kinds('BTC').at(-1) === 'live')
    expect(sim.venue.canTradeNow(BTC, sim.clock.now())).toEqual({ state: 'open' })
  })

  it('that is delisted closes, and says so', async () => {
    sim.venue.marketData.want([{ instrument: BTC, feed: 'trading' }])
    await sim.simulator.faults.delist('BTC')
    await sim.pass(301_000)
    await until('the event', () => sim.context.events.some((event) => event.type === 'instrument-delisted'))
    expect(sim.venue.canTradeNow(BTC, sim.clock.now())).toMatchObject({ state: 'closed', reason: 'delisted' })
    await expect(sim.prepare({ limitPrice: parseDecimal('50000') })).rejects.toMatchObject({
      code: 'unknown-instrument',
    })
  })

  it('names an account that is the one of the key', () => {
    expect(sim.simulator.executions().map((account) => account.address)).toContain(publicKeyAddress(signer.publicKey))
  })
})
