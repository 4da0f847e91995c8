import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { PortInUseError, startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient } from './test-client.ts'

let simulator: Simulator
let client: TestClient
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'rest', clock: STANDING, limits: 'off' })
  client = new TestClient(simulator)
})
afterAll(async () => simulator.close())

describe('the statuses of HTTP', () => {
  it.each([
    ['a query of no known type', '/info', { type: 'nope' }, {}, 422],
    ['a query with a missing field', '/info', { type: 'l2Book' }, {}, 422],
    ['a request without a signature', '/exchange', { action: { type: 'noop' }, nonce: 1 }, {}, 422],
    [
      'an action of no known type',
      '/exchange',
      { action: { type: 'steal' }, nonce: 1, signature: { r: '0x1', s: '0x1', v: 27 } },
      {},
      422,
    ],
    ['a body that is no JSON', '/info', '{"type":', {}, 400],
    ['a body of another content type', '/info', '{"type":"meta"}', { 'content-type': 'text/plain' }, 415],
    ['an unknown path', '/nowhere', { type: 'meta' }, {}, 404],
  ] as const)('%s', async (_name, path, body, headers, status) => {
    expect((await client.post(path, body, headers)).status).toBe(status)
  })

  it('knows only POST', async () => {
    const response = await fetch(`${simulator.url}/info`)
    expect(response.status).toBe(405)
  })

  it.each([
    [{ type: 'meta', dex: 'nope' }, 500],
    [{ type: 'fundingHistory', coin: 'NOPE', startTime: 0 }, 500],
    [{ type: 'l2Book', coin: 'NOPE' }, 200],
    [{ type: 'l2Book', coin: 'BTC', nSigFigs: 5, mantissa: 1 }, 500],
  ] as const)('%j is answered with null', async (query, status) => {
    const response = await client.post('/info', query)
    expect([response.status, await response.text()]).toEqual([status, 'null'])
  })
})

describe('queries about the market', () => {
  it('has the universe in order of asset ids, delisted coins included', async () => {
    const { universe, marginTables } = await client.info({ type: 'meta' })
    expect(universe[0]).toEqual({ szDecimals: 5, name: 'BTC', maxLeverage: 40, marginTableId: 56 })
    expect(universe[3]).toMatchObject({ name: 'MATIC', isDelisted: true })
    expect(universe[5].name).toBe('SOL')
    const [meta, contexts] = await client.info({ type: 'metaAndAssetCtxs' })
    expect(meta.universe).toEqual(universe)
    expect(contexts).toHaveLength(universe.length)
    expect(contexts[3]).toMatchObject({ midPx: null, premium: null, impactPxs: null, dayNtlVlm: '0.0' })
    expect(marginTables.map(([id]: [number]) => id)).toContain(56)
  })

  it('prints every number as a string with a decimal', async () => {
    const { levels } = await client.info({ type: 'l2Book', coin: 'BTC' })
    for (const { px, sz, n } of [...levels[0], ...levels[1]]) {
      expect(px).toMatch(/^\d+\.0$/)
      expect(sz).toMatch(/^\d+\.\d{1,5}$/)
      expect(n).toBeGreaterThan(0)
    }
    for (const price of Object.values(await client.info({ type: 'allMids' }))) expect(price).toMatch(/^\d+\.\d+$/)
  })

  it('merges levels to significant figures', async () => {
    const { levels } = await client.info({ type: 'l2Book', coin: 'BTC', nSigFigs: 3 })
    for (const { px } of [...levels[0], ...levels[1]]) expect(Number(px) % 100).toBe(0)
    expect(Number(levels[0][0].px)).toBeLessThan(Number(levels[1][0].px))
  })

  it('gives candles of which the last is still running', async () => {
    const now = simulator.clock.now()
    const req = { coin: 'ETH', interval: '15m', startTime: now - 6 * 3_600_000, endTime: now }
    const candles = await client.info({ type: 'candleSnapshot', req })
    expect(candles.length).toBeGreaterThanOrEqual(24)
    const last = candles.at(-1)
    expect(last).toMatchObject({ s: 'ETH', i: '15m', T: last.t + 15 * 60_000 - 1 })
    expect(last.t <= now && last.T >= now).toBe(true)
  })

  it('pages funding and settles it some milliseconds after the hour', async () => {
    const query = { type: 'fundingHistory', coin: 'BTC', startTime: simulator.clock.now() - 900 * 3_600_000 }
    const history = await client.info(query)
    expect(history).toHaveLength(500)
    expect(history[0]).toMatchObject({ coin: 'BTC', fundingRate: expect.stringMatching(/^-?0\.\d+$/) })
    expect(history[0].time % 3_600_000).toBe(40)
  })
})

describe('limits', () => {
  it('answers 429 when a minute’s weight is used up, and again when simulated time has passed', async () => {
    await using limited = await startSimulator({ clock: STANDING })
    const hasty = new TestClient(limited)
    const statuses = []
    for (let i = 0; i < 61; i++) statuses.push((await hasty.post('/info', { type: 'meta' })).status)
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 200), 429])
    await limited.advance(60_000)
    expect((await hasty.post('/info', { type: 'meta' })).status).toBe(200)
  })

  it('counts an account’s actions, and then lets one through every ten seconds', async () => {
    await using limited = await startSimulator({ clock: STANDING, limits: { addressBuffer: 3 } })
    const busy = new TestClient(limited)
    for (let i = 0; i < 3; i++) await busy.exchange({ type: 'noop' })
    expect(await busy.info({ type: 'userRateLimit', user: busy.address })).toMatchObject({
      nRequestsUsed: 3,
      nRequestsCap: 3,
    })
    expect(await busy.exchange({ type: 'noop' })).toMatchObject({ status: 'ok' })
    expect(await busy.exchange({ type: 'noop' })).toEqual({
      status: 'err',
      response: expect.stringMatching(
        /^Too many cumulative requests sent \(5 > 3\) for cumulative volume traded \$0\./,
      ),
    })
    await limited.advance(10_000)
    expect(await busy.exchange({ type: 'noop' })).toMatchObject({ status: 'ok' })
  })
})

describe('starting', () => {
  it('names a port that is in use', async () => {
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow(PortInUseError)
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow(`port ${simulator.port} is in use`)
  })

  it('is steered over HTTP: time, prices, faults, delisting, and what was executed', async () => {
    await using steered = await startSimulator({ clock: STANDING, limits: 'off' })
    const tester = new TestClient(steered)
    const before = steered.clock.now()
    expect(await (await tester.post('/simulator/clock', { advanceMs: 90_000 })).json()).toMatchObject({
      now: before + 90_000,
    })
    expect(await (await tester.post('/simulator/price', { coin: 'BTC', price: 12_345 })).json()).toMatchObject({
      price: 12_345,
    })
    expect(Number((await tester.info({ type: 'allMids' })).BTC)).toBeCloseTo(12_345, -1)
    await tester.order({})
    const executed = await (await fetch(`${steered.url}/simulator/executions`)).json()
    expect(executed).toMatchObject([{ address: tester.address, fills: [{ coin: 'BTC' }], positions: { BTC: '0.01' } }])
    await tester.post('/simulator/delist', { coin: 'BTC' })
    expect((await tester.info({ type: 'meta' })).universe[0]).toMatchObject({ name: 'BTC', isDelisted: true })
    expect((await tester.post('/simulator/faults', { kind: 'earthquake' })).status).toBe(400)
    expect((await tester.post('/simulator/price', { coin: 'NOPE', price: 1 })).status).toBe(400)
    expect((await tester.post('/simulator/clock', { advanceMs: -1 })).status).toBe(400)
  })
})
