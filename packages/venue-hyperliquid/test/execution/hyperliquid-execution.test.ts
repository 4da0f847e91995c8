import type { OrderRequest, Outcome, SealedOrder } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import { l1ActionDigest, publicKeyAddress, recoverAddress } from '../../src/signing/index.ts'
import type { ManualClock } from '../harness/manual-clock.ts'
import { answer, fill, payloadOf, record, refusal, request, startTrading } from '../harness/scripted-orders.ts'
import type { Reply, ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'
import type { TestContext } from '../harness/test-context.ts'
import { testContext, throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal
const signer = throwawaySigner()
const address = publicKeyAddress(signer.publicKey)

let started: StartedVenue
let server: ScriptedVenue
let clock: ManualClock
let context: TestContext
let venue: HyperliquidVenue

beforeEach(() => start({}))

afterEach(() => started[Symbol.asyncDispose]())

async function start(options: Record<string, unknown>): Promise<void> {
  started = await startTrading({ options, context: { signer } })
  server = started.server
  clock = started.clock
  context = started.context
  venue = started.venue
}

const prepare = (changes?: Partial<OrderRequest>) => venue.execution.prepare(request(changes), signal)
const submit = (order: SealedOrder) => venue.execution.submit(order, signal)
const lookup = (order: SealedOrder) => venue.execution.lookup(order, signal)
const ordersSent = () => server.requests.filter(({ path }) => path === '/exchange')

describe('prepare', () => {
  it('seals an order that the venue attributes to the key, and sends nothing', async () => {
    const order = await prepare()
    const { body, nonce, expiresAfter } = payloadOf(order)
    const envelope = JSON.parse(body) as {
      action: { orders: unknown[] }
      signature: { r: string; s: string; v: number }
      vaultAddress: null
    }
    const digest = l1ActionDigest(envelope.action as never, { nonce, expiresAfter, isMainnet: false })
    expect(recoverAddress(digest, envelope.signature)).toBe(address)
    expect(envelope.action).toEqual({
      type: 'order',
      orders: [{ a: 0, b: true, p: '80000', s: '0.001', r: false, t: { limit: { tif: 'Ioc' } }, c: order.id }],
      grouping: 'na',
    })
    expect(order.expiresAt).toBe(clock.now() + 15_000)
    expect(ordersSent()).toEqual([])
  })

  it('survives a store that keeps JSON by value and forgets the order of keys', async () => {
    const order = await prepare()
    const shuffled = (value: unknown): unknown =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, shuffled(each)]),
          )
        : value
    server.exchange = () => answer({ filled: { totalSz: '0.001', avgPx: '80000.0', oid: 77 } })
    await submit(shuffled(JSON.parse(JSON.stringify(order))) as SealedOrder)
    expect(Object.keys(ordersSent()[0]?.body.action as object)).toEqual(['type', 'orders', 'grouping'])
  })

  it('never repeats a nonce, also for two entries with one key', async () => {
    const second = new HyperliquidVenue(testContext({ options: context.options, clock, signer }), () => 0.5)
    await second.start(signal)
    const nonces = new Set<number>()
    for (let i = 0; i < 20; i += 1) {
      nonces.add(payloadOf(await prepare()).nonce)
      nonces.add(payloadOf(await second.execution.prepare(request(), signal)).nonce)
    }
    expect(nonces.size).toBe(40)
    await second[Symbol.asyncDispose]()
  })

  it.each([
    ['an instrument that is not listed', { instrument: instrumentId('NOPE') }, 'unknown-instrument'],
    ['one that is delisted', { instrument: instrumentId('MATIC') }, 'unknown-instrument'],
    ['a quantity off the step', { quantity: parseDecimal('0.0000001') }, 'refused'],
    ['a price with too many figures', { limitPrice: parseDecimal('80000.5') }, 'refused'],
    ['a price with too many decimals', { limitPrice: parseDecimal('1.23') }, 'refused'],
    ['a price of nothing', { limitPrice: parseDecimal('0') }, 'refused'],
  ] as const)('refuses %s', async (_name, changes, code) => {
    await expect(prepare(changes)).rejects.toMatchObject({ name: 'VenueError', code })
    expect(ordersSent()).toEqual([])
  })

  it('says that an entry without a key cannot sign', async () => {
    const keyless = new HyperliquidVenue(testContext({ options: context.options, clock, signer: null }), () => 0.5)
    await keyless.start(signal)
    await expect(keyless.execution.prepare(request(), signal)).rejects.toMatchObject({ code: 'misconfigured' })
    await keyless[Symbol.asyncDispose]()
  })
})

describe('submit', () => {
  it.each<[string, Reply, Partial<Outcome>]>([
    [
      'filled',
      answer({ filled: { totalSz: '0.001', avgPx: '79999.0', oid: 77 } }),
      { kind: 'filled', orderId: '77', averagePrice: parseDecimal('79999') },
    ],
    [
      'partial',
      answer({ filled: { totalSz: '0.0004', avgPx: '79999.0', oid: 77 } }),
      { kind: 'partial', filled: parseDecimal('0.0004') },
    ],
    ['resting', answer({ resting: { oid: 77 } }), { kind: 'resting' }],
    [
      'rejected',
      answer({ error: 'Insufficient margin to place order. asset=0' }),
      { kind: 'rejected', reason: 'insufficient-funds' },
    ],
    [
      'refused as a whole',
      refusal('User or API Wallet 0xabc does not exist.'),
      { kind: 'rejected', reason: 'not-authorised' },
    ],
    ['a server error', { status: 500, text: 'null' }, { kind: 'unknown' }],
    ['a bad gateway', { status: 502, text: '<html>' }, { kind: 'unknown' }],
    ['too many requests', { status: 429, text: '' }, { kind: 'unknown' }],
    ['an answer that breaks off', { status: 200, text: '{"status":"ok","respo' }, { kind: 'unknown' }],
    ['a broken connection', 'reset', { kind: 'unknown' }],
  ])('is %s', async (_name, reply, expected) => {
    server.exchange = () => reply
    expect(await submit(await prepare())).toMatchObject(expected)
    expect(ordersSent()).toHaveLength(1)
  })

  it('is unknown after a timeout, never failed, and a lookup finds the truth', async () => {
    server.exchange = () => 'hang'
    const order = await prepare()
    const pending = submit(order)
    await until('sent', () => ordersSent().length === 1)
    clock.advance(10_000)
    expect(await pending).toMatchObject({ kind: 'unknown' })
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({
      json: [fill(order, '0.0006', '80000.0', 1), fill(order, '0.0004', '79990.0', 2)],
    }))
    const outcome = await lookup(order)
    expect(outcome).toMatchObject({ kind: 'filled', orderId: '77', filled: '0.001', averagePrice: '79996' })
    expect(ordersSent()).toHaveLength(1)
  })

  it('is unknown when the runner stops meanwhile', async () => {
    server.exchange = () => 'hang'
    const order = await prepare()
    const stop = new AbortController()
    const pending = venue.execution.submit(order, stop.signal)
    await until('sent', () => ordersSent().length === 1)
    stop.abort(new Error('stopping'))
    expect(await pending).toMatchObject({ kind: 'unknown' })
  })

  it('of the same order twice has one effect: the duplicate is looked up, not taken for a refusal', async () => {
    server.exchange = () => answer({ filled: { totalSz: '0.001', avgPx: '80000.0', oid: 77 } })
    const order = await prepare()
    await submit(order)
    server.exchange = (body) => refusal(`Invalid nonce: duplicate nonce ${String(body.nonce)}`)
    expect(await submit(order)).toMatchObject({ kind: 'unknown' })
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.001', '80000.0', 1)] }))
    expect(await submit(order)).toMatchObject({ kind: 'filled', filled: '0.001' })
  })

  it('does not send what has expired, and does not call it expired before the venue has', async () => {
    const order = await prepare()
    clock.advance(15_000)
    expect(await submit(order)).toMatchObject({ kind: 'unknown' })
    clock.advance(3000)
    expect(await submit(order)).toMatchObject({ kind: 'expired', cause: 'time' })
    expect(ordersSent()).toEqual([])
  })

  it('takes "already expired" for the truth only when the order is not there', async () => {
    const order = await prepare()
    server.exchange = () => refusal('Action already expired')
    server.info.set('orderStatus', record(order, 'filled', '0.0'))
    server.info.set('userFillsByTime', () => ({ json: [fill(order, '0.001', '80000.0', 1)] }))
    expect(await submit(order)).toMatchObject({ kind: 'filled' })
  })

  it('leaves openings alone for a while when the account has used up its requests', async () => {
    server.exchange = () =>
      refusal('Too many cumulative requests sent (97460 > 97456) for cumulative volume traded $87457.46.')
    expect(await submit(await prepare())).toMatchObject({ kind: 'rejected', reason: 'rate-limit' })
    expect(venue.canTradeNow(instrumentId('BTC'), clock.now())).toMatchObject({
      state: 'exit-only',
      reason: 'rate-budget',
    })
    clock.advance(11_000)
    expect(venue.canTradeNow(instrumentId('BTC'), clock.now())).toEqual({ state: 'open' })
  })

  it('does not send an order of another network', async () => {
    const order = await prepare()
    const moved = { ...order, payload: { ...payloadOf(order), network: 'mainnet' } } as unknown as SealedOrder
    await expect(submit(moved)).rejects.toMatchObject({ code: 'misconfigured' })
    await expect(lookup(moved)).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('waits for the rate budget no longer than the order lives, and then has sent nothing', async () => {
    const order = await prepare()
    for (const budget of context.budgets.values()) budget.pauseUntil(clock.now() + 3_600_000)
    const pending = submit(order)
    await settle()
    clock.advance(15_000)
    await expect(pending).rejects.toMatchObject({ code: 'rate-limited' })
    expect(ordersSent()).toEqual([])
    expect(venue.canTradeNow(instrumentId('BTC'), clock.now())).toMatchObject({
      state: 'closed',
      reason: 'rate-budget',
    })
  })

  it('puts no signature into the log', async () => {
    server.exchange = () => 'reset'
    const order = await prepare()
    await submit(order)
    const { signature } = JSON.parse(payloadOf(order).body) as { signature: { r: string; s: string } }
    const log = JSON.stringify(context.log)
    expect(log).not.toContain(signature.r)
    expect(log).not.toContain(signature.s)
  })
})

describe('a configured leverage', () => {
  it('is set once before the first opening order of an instrument, and not for exits', async () => {
    await started[Symbol.asyncDispose]()
    await start({ leverage: 3 })
    const types = () => ordersSent().map(({ body }) => (body.action as { type: string }).type)
    server.exchange = (body) =>
      (body.action as { type: string }).type === 'updateLeverage'
        ? { json: { status: 'ok', response: { type: 'default' } } }
        : answer({ filled: { totalSz: '0.001', avgPx: '80000.0', oid: 77 } })
    await submit(await prepare({ reduceOnly: true, side: 'sell' }))
    expect(types()).toEqual(['order'])
    await submit(await prepare())
    await submit(await prepare())
    expect(types()).toEqual(['order', 'updateLeverage', 'order', 'order'])
    expect(ordersSent()[1]?.body.action).toEqual({ type: 'updateLeverage', asset: 0, isCross: true, leverage: 3 })
  })

  it('that is refused keeps the order from being sent', async () => {
    await started[Symbol.asyncDispose]()
    await start({ leverage: 3 })
    server.exchange = () => refusal('Invalid leverage value')
    expect(await submit(await prepare())).toMatchObject({ kind: 'rejected', reason: 'leverage' })
    expect(ordersSent()).toHaveLength(1)
  })
})
