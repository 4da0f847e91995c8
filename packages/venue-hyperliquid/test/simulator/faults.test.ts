import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'faults', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

const fillsOf = (client: TestClient) =>
  simulator.executions().find(({ address }) => address === client.address)?.fills.length ?? 0

describe('answers that go wrong', () => {
  it('an answer is lost after the order was carried out', async () => {
    const client = new TestClient(simulator)
    await client.info({ type: 'clearinghouseState', user: client.address })
    const action = await client.orderAction({})
    simulator.faults.add({ kind: 'lost-answer', path: '/exchange' })
    await expect(client.exchange(action)).rejects.toThrow('fetch failed')
    expect(fillsOf(client)).toBe(1)
    expect(await client.order({})).toMatchObject({ filled: {} })
  })

  it.each([
    ['status-500', 500, false, 0, 'null'],
    ['bad-gateway', 502, false, 0, '<html>'],
    ['rate-limited', 429, false, 0, 'null'],
    ['bad-gateway', 502, true, 1, '<html>'],
    ['status-500', 500, true, 1, 'null'],
  ] as const)('%s: status %i, carried out: %s', async (kind, status, accepted, fills, body) => {
    const client = new TestClient(simulator)
    await client.info({ type: 'clearinghouseState', user: client.address })
    const request = client.signed(await client.orderAction({}))
    simulator.faults.add({ kind, accepted, type: 'order' })
    expect((await client.post('/info', { type: 'allMids' })).status).toBe(200)
    const response = await client.post('/exchange', request)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(body)
    expect(fillsOf(client)).toBe(fills)
  })

  it('an answer is cut in half', async () => {
    const client = new TestClient(simulator)
    simulator.faults.add({ kind: 'truncated-json', type: 'meta' })
    const response = await client.post('/info', { type: 'meta' })
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  it('an answer comes late, after what was asked later', async () => {
    const client = new TestClient(simulator)
    simulator.faults.add({ kind: 'delayed-answer', type: 'meta', ms: 60 })
    const order: string[] = []
    const slow = client.info({ type: 'meta' }).then(() => order.push('slow'))
    await client.info({ type: 'exchangeStatus' }).then(() => order.push('fast'))
    await slow
    expect(order).toEqual(['fast', 'slow'])
  })

  it('strikes as often as it was told and can be cleared', async () => {
    const client = new TestClient(simulator)
    simulator.faults.add({ kind: 'status-500', path: '/info', times: 2 })
    simulator.faults.add({ kind: 'rate-limited', path: '/info', times: 99 })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await client.post('/info', { type: 'meta' })).status)
    simulator.faults.clear()
    statuses.push((await client.post('/info', { type: 'meta' })).status)
    expect(statuses).toEqual([500, 500, 429, 200])
  })
})

describe('frames that go wrong', () => {
  it('comes twice, in the wrong order, or in half', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'trades', coin: 'BTC' })
    await socket.settle()
    simulator.faults.add({ kind: 'duplicate-frame', channel: 'trades' })
    await simulator.advance(30_000)
    await socket.settle()
    const [, first, second] = socket.on('trades')
    expect(first).toEqual(second)

    simulator.faults.add({ kind: 'reorder-frames', channel: 'trades' })
    await simulator.advance(60_000)
    await simulator.advance(60_000)
    await socket.settle()
    const times = socket
      .on('trades')
      .slice(3)
      .map(([trade]) => trade.time)
    expect(times).not.toEqual([...times].sort((a, b) => a - b))

    simulator.faults.add({ kind: 'half-frame', channel: 'trades' })
    await simulator.advance(60_000)
    await socket.settle()
    expect(socket.raw.filter((text) => text.startsWith('{"channel":"trades"') && !text.endsWith('}'))).toHaveLength(1)
    socket.socket.terminate()
  })

  it('stalls a socket that still answers pings', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'trades', coin: 'ETH' })
    await socket.settle()
    simulator.faults.add({ kind: 'stalled-socket' })
    const before = socket.on('trades').length
    await simulator.advance(120_000)
    await socket.settle()
    expect(socket.on('trades')).toHaveLength(before)
    simulator.faults.clear()
    await simulator.advance(60_000)
    await socket.settle()
    expect(socket.on('trades').length).toBeGreaterThan(before)
    socket.socket.terminate()
  })

  it('drops every socket without a close frame', async () => {
    const sockets = [await TestSocket.open(simulator), await TestSocket.open(simulator)]
    simulator.faults.dropSockets()
    for (const socket of sockets) expect(await socket.closed).toBe(1006)
  })

  it('loses the answer to a post', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    const payload = client.signed(await client.orderAction({}))
    simulator.faults.add({ kind: 'lost-answer', path: '/exchange' })
    socket.send({ method: 'post', id: 1, request: { type: 'action', payload } })
    socket.send({ method: 'post', id: 2, request: { type: 'info', payload: { type: 'exchangeStatus' } } })
    await socket.until(() => socket.on('post').length === 1)
    expect(socket.on('post')).toMatchObject([{ id: 2 }])
    expect(simulator.executions().at(-1)?.fills).toHaveLength(1)
    socket.socket.terminate()
  })
})
