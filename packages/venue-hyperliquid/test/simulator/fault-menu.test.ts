import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Fault, Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
let client: TestClient
beforeEach(async () => {
  simulator = await startSimulator({ seed: 'menu', clock: STANDING, limits: 'off' })
  client = new TestClient(simulator)
  await client.info({ type: 'clearinghouseState', user: client.address })
})
afterEach(async () => simulator.close())

async function post(fault: Fault | readonly Fault[]): Promise<number> {
  const response = await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', body: JSON.stringify(fault) })
  return response.status
}

const fills = () => simulator.executions().find(({ address }) => address === client.address)?.fills.length ?? 0

describe('answers', () => {
  it('a request is lost before anything was done', async () => {
    await post({ kind: 'lost-request', path: '/exchange' })
    await expect(client.order({})).rejects.toThrow('fetch failed')
    expect(fills()).toBe(0)
  })

  it('no answer comes, though it was done', async () => {
    await post({ kind: 'no-answer', path: '/exchange' })
    const action = client.signed(await client.orderAction({}))
    const patience = new AbortController()
    const answer = fetch(`${simulator.url}/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
      signal: patience.signal,
    })
    while (fills() === 0) await new Promise(setImmediate)
    patience.abort()
    await expect(answer).rejects.toThrow('abort')
  })

  it('an answer dribbles in, or comes with a character changed', async () => {
    await post([
      { kind: 'slow-answer', type: 'meta', ms: 40 },
      { kind: 'corrupt-json', type: 'allMids' },
    ])
    expect((await client.info({ type: 'meta' })).universe[0].name).toBe('BTC')
    const response = await client.post('/info', { type: 'allMids' })
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  it('fills come before the answer', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'userFills', user: client.address })
    await post({ kind: 'fills-before-ack', type: 'order', ms: 50 })
    const order: string[] = []
    const answer = client.order({}).then(() => order.push('ack'))
    await socket.until(() => socket.on('userFills').length === 2)
    order.push('fill')
    await answer
    expect(order).toEqual(['fill', 'ack'])
    socket.socket.terminate()
  })

  it('strike one coin, one order, after so many, or by chance', async () => {
    const cloid = `0x${'5'.repeat(32)}`
    await post([
      { kind: 'status-500', path: '/exchange', coin: 'ETH' },
      { kind: 'bad-gateway', path: '/exchange', cloid },
      { kind: 'rate-limited', type: 'exchangeStatus', skip: 2 },
    ])
    expect(await client.order({ asset: 0 })).toHaveProperty('filled')
    expect((await client.post('/exchange', client.signed(await client.orderAction({ asset: 1 })))).status).toBe(500)
    expect((await client.post('/exchange', client.signed(await client.orderAction({ cloid })))).status).toBe(502)
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await client.post('/info', { type: 'exchangeStatus' })).status)
    expect(statuses).toEqual([200, 200, 429, 200])
    simulator.faults.clear()
    simulator.faults.add({ kind: 'status-500', type: 'exchangeStatus', probability: 0.5 })
    let struck = 0
    for (let i = 0; i < 40; i++) {
      if ((await client.post('/info', { type: 'exchangeStatus' })).status === 500) struck += 1
    }
    expect(struck).toBeGreaterThan(5)
    expect(struck).toBeLessThan(35)
  })
})

describe('frames', () => {
  it('stop for one coin only, while everything else goes on', async () => {
    const socket = await TestSocket.open(simulator)
    for (const coin of ['BTC', 'ETH']) await socket.subscribe({ type: 'trades', coin })
    await socket.settle()
    await post({ kind: 'stalled-socket', coin: 'ETH' })
    const count = (coin: string) => socket.on('trades').filter(([trade]) => trade.coin === coin).length
    const before = { BTC: count('BTC'), ETH: count('ETH') }
    await simulator.advance(120_000)
    // Subscribing again is acknowledged, and nothing comes of it.
    socket.send({ method: 'unsubscribe', subscription: { type: 'trades', coin: 'ETH' } })
    await socket.subscribe({ type: 'trades', coin: 'ETH' })
    await simulator.advance(60_000)
    await socket.settle()
    expect(count('ETH')).toBe(before.ETH)
    expect(count('BTC')).toBeGreaterThan(before.BTC)
    socket.socket.terminate()
  })

  it('stop on the sockets that are open, and come on a new one', async () => {
    const old = await TestSocket.open(simulator)
    await old.subscribe({ type: 'bbo', coin: 'BTC' })
    await post({ kind: 'stalled-socket', scope: 'connected' })
    const fresh = await TestSocket.open(simulator)
    await fresh.subscribe({ type: 'bbo', coin: 'BTC' })
    await old.settle()
    const before = old.on('bbo').length
    for (let i = 0; i < 5; i++) await simulator.advance(5000)
    await old.settle()
    await fresh.settle()
    expect(old.on('bbo')).toHaveLength(before)
    expect(fresh.on('bbo').length).toBeGreaterThan(2)
    for (const { socket } of [old, fresh]) socket.terminate()
  })

  it('are lost, spoilt, late, or end the connection', async () => {
    const socket = await TestSocket.open(simulator)
    await post({ kind: 'lost-frame', channel: 'l2Book' })
    await socket.subscribe({ type: 'l2Book', coin: 'BTC' })
    await post({ kind: 'corrupt-frame', channel: 'l2Book' })
    await socket.subscribe({ type: 'l2Book', coin: 'ETH' })
    await post({ kind: 'delayed-frame', channel: 'l2Book', ms: 30 })
    await socket.subscribe({ type: 'l2Book', coin: 'SOL' })
    await socket.subscribe({ type: 'l2Book', coin: 'XRP' })
    await socket.until(() => socket.on('l2Book').length === 2)
    expect(socket.on('l2Book').map(({ coin }) => coin)).toEqual(['XRP', 'SOL'])
    expect(socket.raw.filter((text) => text.includes('\u0000'))).toHaveLength(1)
    await post({ kind: 'drop-socket', channel: 'bbo' })
    socket.send({ method: 'subscribe', subscription: { type: 'bbo', coin: 'BTC' } })
    expect(await socket.closed).toBe(1006)
  })
})

describe('the venue as a whole', () => {
  it('refuses connections for a while and listens again on the same port', async () => {
    const socket = await TestSocket.open(simulator)
    simulator.faults.add({ kind: 'refuse-connections', ms: 150 })
    expect(await socket.closed).toBe(1006)
    const failed = await client.info({ type: 'meta' }).then(
      () => null,
      (error: Error) => error.cause,
    )
    expect(failed).toMatchObject({ code: 'ECONNREFUSED' })
    let answer: unknown
    while (answer === undefined) answer = await client.info({ type: 'exchangeStatus' }).catch(() => undefined)
    expect(answer).toHaveProperty('time')
    const again = new WebSocket(simulator.wsUrl)
    await once(again, 'open')
    again.terminate()
  })

  it('closes its sockets in good order', async () => {
    const socket = await TestSocket.open(simulator)
    await post({ kind: 'expire-sockets' })
    expect(await socket.closed).toBe(1000)
  })

  it('delists a coin in the middle of trading', async () => {
    await client.order({ asset: 1, size: '0.1' })
    await post({ kind: 'delist', coin: 'ETH' })
    expect((await client.info({ type: 'meta' })).universe[1]).toMatchObject({ name: 'ETH', isDelisted: true })
    expect(await client.order({ asset: 1, px: '2500' })).toEqual({ error: 'Trading is halted. asset=1' })
    const [fill] = await client.info({ type: 'userFills', user: client.address })
    expect(fill).toMatchObject({ dir: 'Settlement', fee: '0.0' })
    expect(await post({ kind: 'delist', coin: 'NOPE' })).toBe(400)
  })

  it('has a clock that is wrong', async () => {
    const expiresAfter = STANDING.anchorMs + 10_000
    await post({ kind: 'clock-skew', ms: 60_000 })
    expect((await client.order({}, { expiresAfter })).response).toBe('Action already expired')
    const { time } = await client.info({ type: 'exchangeStatus' })
    expect(time).toBe(STANDING.anchorMs + 60_000)
    // Set back, it stands still.
    await post({ kind: 'clock-skew', ms: -60_000 })
    await simulator.advance(30_000)
    expect((await client.info({ type: 'exchangeStatus' })).time).toBe(time)
    await simulator.advance(31_000)
    expect((await client.info({ type: 'exchangeStatus' })).time).toBe(time + 1000)
  })
})
