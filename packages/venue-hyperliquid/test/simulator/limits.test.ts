import { expect, it } from 'vitest'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

it('REST is refused with 429 beyond the weight of a minute, and what an answer holds is weighed too', async () => {
  await using simulator = await startSimulator({ clock: STANDING })
  const client = new TestClient(simulator)
  const req = { coin: 'BTC', interval: '1m', startTime: STANDING.anchorMs - 5000 * 60_000, endTime: STANDING.anchorMs }
  const statuses = []
  // 20, and one for every 60 candles: 103.
  for (let i = 0; i < 13; i++) statuses.push((await client.post('/info', { type: 'candleSnapshot', req })).status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(12)
  expect(statuses.at(-1)).toBe(429)
  await simulator.advance(60_000)
  expect((await client.post('/info', { type: 'candleSnapshot', req })).status).toBe(200)
})

it('a socket’s posts count in the same weight, and only so many may be under way', async () => {
  await using simulator = await startSimulator({ clock: STANDING, limits: { restWeight: 40, pendingPosts: 2 } })
  const socket = await TestSocket.open(simulator)
  simulator.faults.add({ kind: 'no-answer', type: 'meta', times: 2 })
  for (const id of [1, 2, 3]) socket.send({ method: 'post', id, request: { type: 'info', payload: { type: 'meta' } } })
  await socket.settle()
  expect(socket.on('error')).toEqual(['Too many pending post requests id=3'])
  const other = await TestSocket.open(simulator)
  other.send({ method: 'post', id: 4, request: { type: 'info', payload: { type: 'meta' } } })
  await other.until(() => other.on('post').length === 1)
  expect(other.on('post')[0].response).toEqual({ type: 'error', payload: expect.stringContaining('429') })
  for (const each of [socket, other]) each.socket.terminate()
})

it('a peer subscribes to so many channels on all its sockets', async () => {
  await using simulator = await startSimulator({ clock: STANDING, limits: { subscriptions: 3 } })
  const [first, second] = [await TestSocket.open(simulator), await TestSocket.open(simulator)]
  await first.subscribe({ type: 'trades', coin: 'BTC' })
  await first.subscribe({ type: 'trades', coin: 'ETH' })
  await second.subscribe({ type: 'trades', coin: 'SOL' })
  second.send({ method: 'subscribe', subscription: { type: 'trades', coin: 'XRP' } })
  await second.settle()
  expect(second.on('error')).toHaveLength(1)
  first.send({ method: 'unsubscribe', subscription: { type: 'trades', coin: 'BTC' } })
  await first.settle()
  await second.subscribe({ type: 'trades', coin: 'XRP' })
  for (const each of [first, second]) each.socket.terminate()
})

it('thirty connections may be opened within a minute', async () => {
  await using simulator = await startSimulator({ clock: STANDING })
  for (let i = 0; i < 30; i++) {
    const { socket, closed } = await TestSocket.open(simulator)
    socket.close()
    await closed
  }
  await expect(TestSocket.open(simulator)).rejects.toThrow('429')
  await simulator.advance(60_000)
  const { socket } = await TestSocket.open(simulator)
  socket.terminate()
})

it('an account without volume runs out of requests: then one in ten seconds, and cancels go on', async () => {
  await using simulator = await startSimulator({ clock: STANDING, limits: { addressBuffer: 3 } })
  const client = new TestClient(simulator)
  const px = String(Math.round((await client.price(0)) * 0.9))
  const rest = () => client.order({ px, tif: 'Gtc' })
  const [first] = [await rest(), await rest(), await rest()]
  // The first beyond the limit is the one in ten seconds.
  expect(await rest()).toHaveProperty('resting')
  expect((await rest()).response).toBe(
    'Too many cumulative requests sent (5 > 3) for cumulative volume traded $0. Place taker orders to free up 1 request per USDC traded.',
  )
  const cancelled = await client.exchange({ type: 'cancel', cancels: [{ a: 0, o: first.resting.oid }] })
  expect(cancelled.response.data.statuses).toEqual(['success'])
  await simulator.advance(10_000)
  expect(await rest()).toHaveProperty('resting')
  const { nRequestsUsed, nRequestsCap } = await client.info({ type: 'userRateLimit', user: client.address })
  expect([nRequestsUsed, nRequestsCap]).toEqual([6, 3])
  await client.exchange({ type: 'reserveRequestWeight', weight: 100 })
  expect(await rest()).toHaveProperty('resting')
})

it('a request that comes after its own expiry costs five', async () => {
  await using simulator = await startSimulator({ clock: STANDING })
  const client = new TestClient(simulator)
  await client.order({})
  await client.order({}, { expiresAfter: STANDING.anchorMs - 1 })
  const { nRequestsUsed } = await client.info({ type: 'userRateLimit', user: client.address })
  expect(nRequestsUsed).toBe(6)
})
