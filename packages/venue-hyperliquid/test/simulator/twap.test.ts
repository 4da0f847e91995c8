import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import type { Loose } from './test-client.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'twap', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

const ETH = 1

async function twap(client: TestClient, changes: Record<string, boolean | number | string> = {}): Promise<Loose> {
  const answer = await client.exchange({
    type: 'twapOrder',
    twap: { a: ETH, b: true, s: '2', r: false, m: 5, t: false, ...changes },
  })
  return answer.response.data.status
}

it('trades a slice every 30 s, apart from the other fills, until it is done', async () => {
  const client = new TestClient(simulator)
  const user = client.address
  const socket = await TestSocket.open(simulator)
  for (const type of ['userFills', 'userTwapSliceFills', 'userTwapHistory', 'twapStates', 'userEvents']) {
    await socket.subscribe({ type, user })
  }
  const start = simulator.clock.now()
  const { running } = await twap(client)
  await simulator.advance(300_000)
  await socket.settle()
  const fills = await client.info({ type: 'userTwapSliceFills', user })
  const total = fills.reduce((sum: number, { fill }: Loose) => sum + Number(fill.sz), 0)
  expect(total).toBeCloseTo(2, 8)
  expect(fills.every((each: Loose) => each.twapId === running.twapId && each.fill.twapId === running.twapId)).toBe(true)
  const times = [...new Set(fills.map(({ fill }: Loose) => fill.time))].sort((a, b) => Number(a) - Number(b))
  expect(times).toEqual(Array.from({ length: 10 }, (_, slice) => start + slice * 30_000))
  expect(await client.info({ type: 'userFills', user })).toEqual([])
  const { assetPositions } = await client.info({ type: 'clearinghouseState', user })
  expect(assetPositions[0].position).toMatchObject({ coin: 'ETH', szi: '2.0' })
  const [record] = await client.info({ type: 'twapHistory', user })
  expect(record).toMatchObject({ status: { status: 'finished' }, state: { executedSz: '2.0', minutes: 5, side: 'B' } })

  const [snapshot, ...more] = socket.on('userTwapSliceFills')
  expect(snapshot).toEqual({ isSnapshot: true, user, twapSliceFills: [] })
  expect(more.flatMap(({ twapSliceFills }) => twapSliceFills)).toHaveLength(fills.length)
  expect(socket.on('userFills')).toHaveLength(1)
  expect(
    socket
      .on('userTwapHistory')
      .slice(1)
      .map(({ history }) => history[0].status.status),
  ).toEqual(['activated', 'finished'])
  expect(socket.on('twapStates').at(-1).states).toEqual([])
  const states = socket.on('twapStates').filter(({ states }) => states.length > 0)
  expect(states.length).toBeGreaterThan(5)
  expect(socket.on('user').filter((event) => 'twapSliceFills' in event).length).toBe(10)
  socket.socket.terminate()
})

it('ends when it is cancelled, and only once', async () => {
  const client = new TestClient(simulator)
  const { running } = await twap(client, { s: '1' })
  await simulator.advance(60_000)
  const cancel = { type: 'twapCancel', a: ETH, t: running.twapId }
  expect((await client.exchange(cancel)).response).toEqual({ type: 'twapCancel', data: { status: 'success' } })
  expect((await client.exchange(cancel)).response.data.status.error).toContain('TWAP was never placed')
  const before = await client.info({ type: 'userTwapSliceFills', user: client.address })
  await simulator.advance(120_000)
  expect(await client.info({ type: 'userTwapSliceFills', user: client.address })).toEqual(before)
  const [record] = await client.info({ type: 'twapHistory', user: client.address })
  expect(record.status).toEqual({ status: 'terminated' })
})

it('reduces and never opens, where that is all it may do', async () => {
  const client = new TestClient(simulator)
  const order = { b: false, r: true, s: '1' }
  expect(await twap(client, order)).toEqual({ error: 'Reduce-only TWAP order would increase position.' })
  await client.order({ asset: ETH, size: '0.5' })
  expect(await twap(client, order)).toHaveProperty('running')
  await simulator.advance(300_000)
  const { assetPositions } = await client.info({ type: 'clearinghouseState', user: client.address })
  expect(assetPositions).toEqual([])
  const [record] = await client.info({ type: 'twapHistory', user: client.address })
  expect(record.status).toMatchObject({ status: 'error' })
})

it('is refused in the venue’s words', async () => {
  const client = new TestClient(simulator)
  expect(await twap(client, { m: 1 })).toEqual({ error: 'Invalid TWAP duration: 1 min(s)' })
  expect((await twap(client, { s: '0.01' })).error).toContain('Order must have minimum value of $100')
})

it('lasts as long as it was told, however far time is moved at once', async () => {
  const client = new TestClient(simulator)
  await twap(client, { m: 60, s: '6' })
  await simulator.advance(7_200_000)
  const [record] = await client.info({ type: 'twapHistory', user: client.address })
  expect(record).toMatchObject({ status: { status: 'finished' }, state: { executedSz: '6.0' } })
})
