import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import type { Loose } from './test-client.ts'
import { STANDING, TestClient } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'owned', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

async function control(path: string, body: unknown): Promise<Loose> {
  const response = await fetch(`${simulator.url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
  return await response.json()
}

const equityOf = async (client: TestClient, user: string) =>
  Number((await client.info({ type: 'clearinghouseState', user })).marginSummary.accountValue)

it('a sub-account is opened, funded and traded through its master', async () => {
  const client = new TestClient(simulator)
  const create = { type: 'createSubAccount', name: 'second' }
  expect((await client.exchange(create)).response).toBe(
    'Cannot create sub-accounts until enough volume traded. Required: $100000. Traded: $0.',
  )
  await control('accounts', { user: client.address, volumeUsd: 200_000 })
  const { response } = await client.exchange(create)
  const sub: string = response.data
  expect(await client.info({ type: 'userRole', user: sub })).toEqual({
    role: 'subAccount',
    data: { master: client.address },
  })
  await client.exchange({ type: 'subAccountTransfer', subAccountUser: sub, isDeposit: true, usd: 5000 * 1e6 })
  expect([await equityOf(client, client.address), await equityOf(client, sub)]).toEqual([95_000, 5000])
  expect(await client.order({}, { vaultAddress: sub })).toMatchObject({ filled: {} })
  expect(await client.info({ type: 'userFills', user: client.address })).toEqual([])
  expect((await client.info({ type: 'userFills', user: sub })).length).toBeGreaterThan(0)
  expect(await client.info({ type: 'subAccounts', user: client.address })).toMatchObject([
    { name: 'second', subAccountUser: sub, master: client.address },
  ])
  const stranger = new TestClient(simulator)
  expect((await stranger.order({}, { vaultAddress: sub })).response).toBe(`Vault not registered: ${sub}`)
})

it('a vault is opened with the leader’s stake, traded by the leader, and paid in and out', async () => {
  const leader = new TestClient(simulator)
  await leader.info({ type: 'userRole', user: leader.address })
  const nonce = leader.nonce()
  const create = { type: 'createVault', name: 'Vault', description: 'of a test', initialUsd: 1000 * 1e6, nonce }
  const vault: string = (await leader.exchange(create, { nonce })).response.data
  expect(await leader.info({ type: 'userRole', user: vault })).toEqual({ role: 'vault' })
  expect(await equityOf(leader, vault)).toBe(1000)
  const details = await leader.info({ type: 'vaultDetails', vaultAddress: vault })
  expect(details).toMatchObject({ name: 'Vault', leader: leader.address })
  expect(await leader.order({ size: '0.001' }, { vaultAddress: vault })).toMatchObject({ filled: {} })
  const follower = new TestClient(simulator)
  await follower.info({ type: 'userRole', user: follower.address })
  await follower.exchange({ type: 'vaultTransfer', vaultAddress: vault, isDeposit: true, usd: 200 * 1e6 })
  expect(await equityOf(follower, follower.address)).toBe(99_800)
  const other = `0x${'9'.repeat(40)}`
  const refused = await follower.exchange({ type: 'vaultTransfer', vaultAddress: other, isDeposit: true, usd: 1 })
  expect(refused.response).toBe(`Vault not registered: ${other}`)
})

it('timed cancels need volume, and strike when nobody moves them on', async () => {
  const client = new TestClient(simulator)
  const time = () => simulator.clock.now() + 10_000
  expect((await client.exchange({ type: 'scheduleCancel', time: time() })).response).toBe(
    'Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $0.',
  )
  await control('accounts', { user: client.address, volumeUsd: 2_000_000 })
  const px = String(Math.round((await client.price(0)) * 0.9))
  const { resting } = await client.order({ px, tif: 'Gtc' })
  expect((await client.exchange({ type: 'scheduleCancel', time: time() })).status).toBe('ok')
  await simulator.advance(9000)
  expect(await client.info({ type: 'openOrders', user: client.address })).toHaveLength(1)
  await simulator.advance(1000)
  expect(await client.info({ type: 'orderStatus', user: client.address, oid: resting.oid })).toMatchObject({
    order: { status: 'scheduledCancel' },
  })
})
