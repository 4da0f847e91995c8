import { afterAll, beforeAll, expect, it } from 'vitest'
import { USER_SIGNED_TYPES } from '../../src/signing/index.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import type { Loose } from './test-client.ts'
import { STANDING, TestClient } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'spot', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

const HYPE = 10_107

async function funded(usd: string): Promise<TestClient> {
  const client = new TestClient(simulator)
  await client.info({ type: 'spotClearinghouseState', user: client.address })
  const nonce = client.nonce()
  const action = { type: 'usdClassTransfer', amount: usd, toPerp: false, nonce }
  expect((await client.userSigned(action, USER_SIGNED_TYPES.usdClassTransfer)).status).toBe('ok')
  return client
}

const balances = async (client: TestClient): Promise<Record<string, Loose>> => {
  const state = await client.info({ type: 'spotClearinghouseState', user: client.address })
  return Object.fromEntries(state.balances.map((balance: Loose) => [balance.coin, balance]))
}

it('a pair is bought and sold against balances; the buyer pays in what he buys', async () => {
  const client = await funded('1000')
  const mid = Number((await client.info({ type: 'allMids' }))['@107'])
  const buy = await client.order({ asset: HYPE, px: (mid * 1.02).toFixed(3), size: '10' })
  expect(buy).toMatchObject({ filled: { totalSz: '10.0' } })
  const [fill] = await client.info({ type: 'userFills', user: client.address })
  expect(fill).toMatchObject({ coin: '@107', dir: 'Buy', feeToken: 'HYPE' })
  const held = await balances(client)
  expect(Number(held.HYPE.total)).toBeLessThan(10)
  expect(Number(held.HYPE.total)).toBeGreaterThan(9.98)
  expect(Number(held.USDC.total)).toBeLessThan(1000 - 9.9 * mid)
  const sell = await client.order({ asset: HYPE, buy: false, px: (mid * 0.98).toFixed(3), size: '9.99' })
  expect(sell).toMatchObject({ filled: { totalSz: '9.99' } })
  expect(Number((await balances(client)).USDC.total)).toBeGreaterThan(990)
  expect((await client.info({ type: 'clearinghouseState', user: client.address })).assetPositions).toEqual([])
})

it('holds back what resting orders need, and refuses what is not there', async () => {
  const client = await funded('500')
  const mid = Number((await client.info({ type: 'allMids' }))['@107'])
  const px = (mid * 0.9).toFixed(2)
  const resting = await client.order({ asset: HYPE, px, size: '10', tif: 'Gtc' })
  expect(resting).toHaveProperty('resting')
  expect(Number((await balances(client)).USDC.hold)).toBeCloseTo(Number(px) * 10)
  expect(await client.order({ asset: HYPE, px: (mid * 1.02).toFixed(3), size: '500' })).toEqual({
    error: `Insufficient spot balance asset=${HYPE}`,
  })
  expect(await client.order({ asset: HYPE, px: (mid * 1.02).toFixed(3), size: '0.1' })).toEqual({
    error: `Order must have minimum value of 10 USDC. asset=${HYPE}`,
  })
  expect((await client.order({ asset: HYPE, buy: false, px: (mid * 0.98).toFixed(3), size: '5' })).error).toContain(
    'Insufficient spot balance',
  )
})

it('finds the statistics of a pair by its index and by its place', async () => {
  const client = new TestClient(simulator)
  const [meta, contexts] = await client.info({ type: 'spotMetaAndAssetCtxs' })
  for (const [place, pair] of meta.universe.entries()) {
    expect(pair.index).toBe(place)
    expect(contexts[place].coin).toBe(pair.name)
    for (const token of pair.tokens) expect(meta.tokens[token].index).toBe(token)
  }
  expect(await client.order({ asset: 10_005, px: '1', size: '20' })).toEqual({
    error: 'Trading is halted. asset=10005',
  })
})
