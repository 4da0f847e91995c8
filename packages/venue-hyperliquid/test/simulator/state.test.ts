import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient } from './test-client.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-state-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const key = Buffer.alloc(32, 3)
const clock = STANDING

describe('the state file', () => {
  it('has what was answered before the answer came, so that a killed simulator goes on where it was', async () => {
    const state = join(folder, 'killed.json')
    const first = await startSimulator({ state, clock, limits: 'off' })
    const client = new TestClient(first, key)
    const cloid = `0x${'5'.repeat(32)}`
    await client.order({ asset: 1, size: '0.4' })
    const request = client.signed(await client.orderAction({ px: '50000', tif: 'Gtc', cloid }))
    await client.post('/exchange', request)
    // What a process killed at this moment leaves behind.
    const left = await readFile(state, 'utf8')
    const before = {
      account: await client.info({ type: 'clearinghouseState', user: client.address }),
      fills: await client.info({ type: 'userFills', user: client.address }),
      orders: await client.info({ type: 'frontendOpenOrders', user: client.address }),
      candles: await client.info({ type: 'candleSnapshot', req: { coin: 'ETH', interval: '1h', startTime: 0 } }),
    }
    await first.close()
    await writeFile(state, left)

    await using second = await startSimulator({ state, clock, limits: 'off' })
    const again = new TestClient(second, key)
    expect({
      account: await again.info({ type: 'clearinghouseState', user: again.address }),
      fills: await again.info({ type: 'userFills', user: again.address }),
      orders: await again.info({ type: 'frontendOpenOrders', user: again.address }),
      candles: await again.info({ type: 'candleSnapshot', req: { coin: 'ETH', interval: '1h', startTime: 0 } }),
    }).toEqual(before)
    expect(await (await again.post('/exchange', request)).json()).toMatchObject({
      response: expect.stringContaining('duplicate nonce'),
    })
    // The clock stands still, and the nonces of this moment are spent.
    await second.advance(1000)
    const { resting } = await again.order({ px: '50001', tif: 'Gtc' })
    expect(resting.oid).toBeGreaterThan(before.orders[0].oid)
    expect(await again.exchange({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid }] })).toMatchObject({
      response: { data: { statuses: ['success'] } },
    })
    expect((await again.info({ type: 'orderStatus', user: again.address, oid: cloid })).order.status).toBe('canceled')
  })

  it('keeps what lies on other dexes and in spot, and works slices off where it stopped', async () => {
    const state = join(folder, 'elsewhere.json')
    const first = await startSimulator({ state, clock, limits: 'off' })
    const client = new TestClient(first, key)
    const user = client.address
    await first.control('POST', '/simulator/accounts', { user, depositSpot: { HYPE: 3 }, depositDex: { xyz: 55 } })
    const mid = Number((await client.info({ type: 'allMids', dex: 'xyz' }))['xyz:XYZ100'])
    await client.order({ asset: 110_000, px: String(Math.round(mid * 1.02)), size: '0.01' })
    const twap = { type: 'twapOrder', twap: { a: 1, b: true, s: '2', r: false, m: 5, t: false } }
    await client.exchange(twap)
    await first.advance(60_000)
    const questions = [
      { type: 'clearinghouseState', user, dex: 'xyz' },
      { type: 'spotClearinghouseState', user },
      { type: 'userTwapSliceFills', user },
      { type: 'twapHistory', user },
    ]
    const ask = (whom: TestClient) => Promise.all(questions.map((question) => whom.info(question)))
    const before = await ask(client)
    await first.close()

    await using second = await startSimulator({ state, clock: { speed: 0 }, limits: 'off' })
    const again = new TestClient(second, key)
    expect(await ask(again)).toEqual(before)
    await second.advance(300_000)
    const [record] = await again.info({ type: 'twapHistory', user })
    expect(record).toMatchObject({ status: { status: 'finished' }, state: { executedSz: '2.0' } })
  })

  it('is whole after many requests at once', async () => {
    const state = join(folder, 'busy.json')
    const busy = await startSimulator({ state, clock, limits: 'off' })
    const client = new TestClient(busy, key)
    await client.info({ type: 'clearinghouseState', user: client.address })
    const actions = await Promise.all(Array.from({ length: 20 }, () => client.orderAction({ px: '50000', tif: 'Gtc' })))
    await Promise.all(actions.map((action) => client.exchange(action)))
    await busy.close()
    await using after = await startSimulator({ state, clock, limits: 'off' })
    expect(await new TestClient(after, key).info({ type: 'openOrders', user: client.address })).toHaveLength(20)
  })

  it('remembers pushed prices and delisted coins', async () => {
    const state = join(folder, 'market.json')
    const first = await startSimulator({ state, clock, limits: 'off' })
    await first.pushPrice('BTC', 12_345)
    await first.faults.delist('ETH')
    await first.close()
    await using second = await startSimulator({ state, clock, limits: 'off' })
    const client = new TestClient(second)
    expect(Number((await client.info({ type: 'allMids' })).BTC)).toBeCloseTo(12_345, -1)
    expect((await client.info({ type: 'meta' })).universe[1]).toMatchObject({ name: 'ETH', isDelisted: true })
  })

  it('is refused when it is damaged or of another market', async () => {
    const state = join(folder, 'bad.json')
    await writeFile(state, '{"version":1,')
    await expect(startSimulator({ state })).rejects.toThrow('is damaged')
    await writeFile(state, '{"version":7}')
    await expect(startSimulator({ state })).rejects.toThrow('not a simulator state of version 1')
    await (await startSimulator({ state: join(folder, 'seed.json'), seed: 'one' })).close()
    await expect(startSimulator({ state: join(folder, 'seed.json'), seed: 'two' })).rejects.toThrow(
      'was made with seed "one", not "two"',
    )
  })
})
