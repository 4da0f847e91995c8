import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'forced', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

async function control(path: string, body: unknown): Promise<Response> {
  return fetch(`${simulator.url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
}

async function withPosition(): Promise<{ client: TestClient; socket: TestSocket; user: string }> {
  const client = new TestClient(simulator)
  const socket = await TestSocket.open(simulator)
  const user = client.address
  for (const type of ['userFills', 'userEvents', 'orderUpdates']) await socket.subscribe({ type, user })
  await client.order({ asset: 1, size: '1' })
  return { client, socket, user }
}

it('a liquidation closes through the book and says so in the fills and the events', async () => {
  const { client, socket, user } = await withPosition()
  const px = String(Math.round((await client.price(0)) * 0.8))
  await client.order({ px, tif: 'Gtc', size: '0.01' })
  expect((await control('liquidate', { user })).status).toBe(200)
  await socket.settle()
  const fills = socket.on('userFills').slice(1)
  const forced = fills.flatMap((frame) => frame.fills).filter(({ liquidation }) => liquidation !== undefined)
  expect(forced.length).toBeGreaterThan(0)
  expect(forced[0]).toMatchObject({ dir: 'Close Long', liquidation: { liquidatedUser: user, method: 'market' } })
  expect(socket.on('user').filter((event) => 'liquidation' in event)).toMatchObject([
    { liquidation: { liquidated_user: user } },
  ])
  expect(socket.on('orderUpdates').flat()).toContainEqual(expect.objectContaining({ status: 'liquidatedCanceled' }))
  expect((await client.info({ type: 'clearinghouseState', user })).assetPositions).toEqual([])
  socket.socket.terminate()
})

it('the backstop takes a position over without a trade', async () => {
  const { socket, user } = await withPosition()
  await control('liquidate', { user, coin: 'ETH', method: 'backstop' })
  await socket.settle()
  expect(socket.on('userFills').at(-1).fills).toMatchObject([
    { dir: 'Liquidated Cross Long', hash: `0x${'0'.repeat(64)}`, sz: '1.0', liquidation: { method: 'backstop' } },
  ])
  socket.socket.terminate()
})

it('auto-deleveraging takes a part of a position away', async () => {
  const { client, socket, user } = await withPosition()
  await control('auto-deleverage', { user, coin: 'ETH', sz: 0.4 })
  await socket.settle()
  expect(socket.on('userFills').at(-1).fills).toMatchObject([
    { dir: 'Auto-Deleveraging', sz: '0.4', side: 'A', startPosition: '1.0', crossed: false },
  ])
  const { assetPositions } = await client.info({ type: 'clearinghouseState', user })
  expect(assetPositions[0].position.szi).toBe('0.6')
  expect((await control('auto-deleverage', { user, coin: 'BTC' })).status).toBe(400)
  socket.socket.terminate()
})

it('a thin book fills a part of an order', async () => {
  const client = new TestClient(simulator)
  await control('liquidity', { coin: 'ATOM', factor: 0.01 })
  const status = await client.order({ asset: 2, px: String(((await client.price(2)) * 1.01).toFixed(3)), size: '2000' })
  const [order] = await client.info({ type: 'historicalOrders', user: client.address })
  expect(Number(status.filled.totalSz)).toBeLessThan(2000)
  expect(order.status).toBe('canceled')
  expect(Number(order.order.sz)).toBeCloseTo(2000 - Number(status.filled.totalSz), 6)
})

it('notes reach whoever listens', async () => {
  const { socket, user } = await withPosition()
  await socket.subscribe({ type: 'notification', user })
  await control('notify', { user, text: 'read this' })
  await socket.settle()
  expect(socket.on('notification')).toEqual([{ notification: 'read this' }])
  socket.socket.terminate()
})

it('the routes list themselves and refuse what they do not understand', async () => {
  const response = await fetch(`${simulator.url}/simulator`)
  expect(await response.json()).toContain('POST /simulator/faults')
  for (const [path, body] of [
    ['price', { coin: 'NOPE', price: 1 }],
    ['faults', { kind: 'earthquake' }],
    ['liquidate', { user: `0x${'7'.repeat(40)}` }],
    ['clock', { advanceMs: -1 }],
  ] as const) {
    expect([path, (await control(path, body)).status]).toEqual([path, 400])
  }
})
