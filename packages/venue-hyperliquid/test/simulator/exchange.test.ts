import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { privateKeySigner, USER_SIGNED_TYPES } from '../../src/signing/index.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'exchange', clock: STANDING, limits: 'off' })
})
afterAll(async () => simulator.close())

const approveAgent = (agentAddress: string, agentName: string, nonce: number) => ({
  type: 'approveAgent',
  agentAddress,
  agentName,
  nonce,
})

describe('who signed', () => {
  it('funds an account that signs for the first time, whichever network it signs for', async () => {
    for (const isMainnet of [true, false]) {
      const client = new TestClient(simulator)
      expect(await client.order({}, { isMainnet })).toMatchObject({ filled: { totalSz: '0.01' } })
      expect(await client.order({ buy: false, reduceOnly: true }, { isMainnet })).toMatchObject({ filled: {} })
      const state = await client.info({ type: 'clearinghouseState', user: client.address })
      expect(Number(state.marginSummary.accountValue)).toBeGreaterThan(99_900)
      expect(await client.info({ type: 'userFills', user: client.address })).toHaveLength(2)
    }
  })

  it('knows an account by the first query that names it', async () => {
    const client = new TestClient(simulator)
    expect(await client.order({}, { isMainnet: false })).toMatchObject({ filled: {} })
    const fills = await client.info({ type: 'userFills', user: client.address.toUpperCase().replace('0X', '0x') })
    expect(fills).toHaveLength(1)
    const addresses = simulator.executions().map(({ address }) => address)
    expect(addresses).toContain(client.address)
  })

  it('sees a stranger behind any serialisation that is not its own, another one every time', async () => {
    const client = new TestClient(simulator)
    const order = { a: 0, b: true, p: '50000', s: '0.01', r: false, t: { limit: { tif: 'Gtc' } } }
    const wrong = [
      { type: 'order', orders: [{ ...order, p: '50000.0' }], grouping: 'na' },
      { type: 'order', orders: [{ ...order, s: '0.010' }], grouping: 'na' },
      { orders: [order], type: 'order', grouping: 'na' },
      { type: 'order', orders: [{ b: true, a: 0, p: '50000', s: '0.01', r: false, t: order.t }], grouping: 'na' },
      { type: 'order', orders: [{ ...order, c: '00000000000000000000000000000001' }], grouping: 'na' },
      {
        type: 'order',
        orders: [order],
        grouping: 'na',
        builder: { b: '0x6530512A6C89C7CFCEBC3BA7FCD9ADA5F30827A6', f: 10 },
      },
    ]
    const strangers = new Set<string>()
    for (const action of wrong) {
      const answer = await client.exchange(action)
      expect(answer).toEqual({
        status: 'err',
        response: expect.stringMatching(/^User or API Wallet 0x[0-9a-f]{40} does not exist\.$/),
      })
      expect(answer.response).not.toContain(client.address)
      strangers.add(answer.response)
    }
    expect(strangers.size).toBe(wrong.length)
  })

  it('sees a stranger also when a known account sends something else than it signed', async () => {
    const client = new TestClient(simulator)
    await client.order({})
    const action = await client.orderAction({})
    const answer = await client.exchange(action, { sent: { ...action, grouping: { p: 1 }, extra: 1 } })
    expect(answer).toEqual({ status: 'err', response: expect.stringContaining('does not exist.') })
    expect(await client.info({ type: 'userFills', user: client.address })).toHaveLength(1)
  })

  it('funds nobody when told so', async () => {
    const poor = await startSimulator({ clock: STANDING, fund: 'none', limits: 'off', network: 'testnet' })
    const client = new TestClient(poor)
    expect(await client.exchange({ type: 'noop' }, { isMainnet: false })).toEqual({
      status: 'err',
      response: `User or API Wallet ${client.address} does not exist.`,
    })
    expect(await client.info({ type: 'userRole', user: client.address })).toEqual({ role: 'missing' })
    const state = await client.info({ type: 'clearinghouseState', user: client.address })
    expect(state.marginSummary.accountValue).toBe('0.0')
    await poor.close()
  })

  it('accepts only the network it was told to', async () => {
    const key = Buffer.alloc(32, 9)
    const { address } = privateKeySigner(key)
    const mainnet = await startSimulator({ clock: STANDING, fund: { [address]: 1000 }, network: 'mainnet' })
    const client = new TestClient(mainnet, key)
    expect(await client.exchange({ type: 'noop' }, { isMainnet: true })).toMatchObject({ status: 'ok' })
    expect(await client.exchange({ type: 'noop' }, { isMainnet: false })).toMatchObject({ status: 'err' })
    await mainnet.close()
  })

  it('says so when there is nobody to recover', async () => {
    const client = new TestClient(simulator)
    const body = { ...client.signed({ type: 'noop' }), signature: { r: `0x${'f'.repeat(64)}`, s: '0x1', v: 27 } }
    expect(await (await client.post('/exchange', body)).json()).toEqual({
      status: 'err',
      response: 'Unable to recover signer.',
    })
  })
})

describe('agents', () => {
  it('trades for the account that approved it, cannot move money, and is nobody once removed', async () => {
    const master = new TestClient(simulator)
    const agent = new TestClient(simulator)
    const { approveAgent: type } = USER_SIGNED_TYPES
    expect(await master.userSigned(approveAgent(agent.address, 'bot', master.nonce()), type)).toMatchObject({
      status: 'ok',
    })
    expect(await agent.order({ buy: true })).toMatchObject({ filled: {} })
    expect(await agent.info({ type: 'userFills', user: master.address })).toHaveLength(1)
    expect(await agent.info({ type: 'userRole', user: agent.address })).toEqual({
      role: 'agent',
      data: { user: master.address },
    })
    expect(await master.info({ type: 'extraAgents', user: master.address })).toMatchObject([
      { name: 'bot', address: agent.address },
    ])
    const send = { type: 'usdSend', destination: master.address, amount: '1', time: agent.nonce() }
    expect(await agent.userSigned(send, USER_SIGNED_TYPES.usdSend)).toEqual({
      status: 'err',
      response: `Must deposit before performing actions. User: ${agent.address}`,
    })
    await master.userSigned(approveAgent(`0x${'0'.repeat(40)}`, 'bot', master.nonce()), type)
    expect(await master.info({ type: 'extraAgents', user: master.address })).toEqual([])
    expect(await agent.exchange({ type: 'noop' })).toEqual({
      status: 'err',
      response: `User or API Wallet ${agent.address} does not exist.`,
    })
    const next = approveAgent(privateKeySigner(randomBytes(32)).address, 'bot', master.nonce())
    expect(await master.userSigned(next, type)).toMatchObject({ response: 'User has pending agent removal' })
    await simulator.advance(5000)
    expect(await master.userSigned({ ...next, nonce: master.nonce() }, type)).toMatchObject({ status: 'ok' })
  })

  it('ceases to be one when its name is given to another address', async () => {
    const [master, first, second] = [new TestClient(simulator), new TestClient(simulator), new TestClient(simulator)]
    for (const { address } of [first, second]) {
      await master.userSigned(approveAgent(address, 'bot', master.nonce()), USER_SIGNED_TYPES.approveAgent)
    }
    expect(await second.exchange({ type: 'noop' })).toMatchObject({ status: 'ok' })
    expect(await first.exchange({ type: 'noop' })).toEqual({
      status: 'err',
      response: `Must deposit before performing actions. User: ${master.address}`,
    })
  })

  it('has one unnamed and three named ones, and no address twice', async () => {
    const master = new TestClient(simulator)
    const approve = async (name: string, address = privateKeySigner(randomBytes(32)).address) =>
      await master.userSigned(approveAgent(address, name, master.nonce()), USER_SIGNED_TYPES.approveAgent)
    const first = privateKeySigner(randomBytes(32)).address
    expect(await approve('', first)).toMatchObject({ status: 'ok' })
    expect(await approve('one', first)).toMatchObject({ response: 'Extra agent already used.' })
    for (const name of ['one', 'two', 'three']) expect(await approve(name)).toMatchObject({ status: 'ok' })
    expect(await approve('four')).toMatchObject({
      response: 'Too many extra agents for cumulative volume traded. Current limit is 3',
    })
    expect(await approve('two valid_until 1')).toMatchObject({ response: 'Agent valid_until already expired.' })
  })
})

describe('nonces and expiry', () => {
  it('takes a nonce once', async () => {
    const client = new TestClient(simulator)
    const request = client.signed(await client.orderAction({}))
    expect(await (await client.post('/exchange', request)).json()).toMatchObject({ status: 'ok' })
    expect(await (await client.post('/exchange', request)).json()).toEqual({
      status: 'err',
      response: `Invalid nonce: duplicate nonce ${String(request.nonce)}`,
    })
    expect(await client.info({ type: 'userFills', user: client.address })).toHaveLength(1)
  })

  it('takes nonces in any order, but none below the hundred highest and none far from the time', async () => {
    const client = new TestClient(simulator)
    const now = simulator.clock.now()
    const noop = async (nonce: number) => await client.exchange({ type: 'noop' }, { nonce })
    expect(await noop(now + 1000)).toMatchObject({ status: 'ok' })
    expect(await noop(now)).toMatchObject({ status: 'ok' })
    for (let i = 1; i <= 100; i++) await noop(now + 1000 + i)
    expect(await noop(now + 500)).toMatchObject({ status: 'err', response: expect.stringContaining('Invalid nonce') })
    for (const nonce of [now - 3 * 86_400_000, now + 2 * 86_400_000]) {
      expect(await noop(nonce)).toMatchObject({ status: 'err', response: expect.stringContaining('Invalid nonce') })
    }
  })

  it('refuses an action that has expired, without spending its nonce', async () => {
    const client = new TestClient(simulator)
    const nonce = client.nonce()
    const expired = { nonce, expiresAfter: simulator.clock.now() - 1 }
    expect(await client.exchange({ type: 'noop' }, expired)).toEqual({
      status: 'err',
      response: 'Action already expired',
    })
    const fresh = { nonce, expiresAfter: simulator.clock.now() + 5000 }
    expect(await client.exchange({ type: 'noop' }, fresh)).toMatchObject({ status: 'ok' })
  })

  it('does not know a vault that is none of the signer’s', async () => {
    const client = new TestClient(simulator)
    const vaultAddress = `0x${'de'.repeat(20)}`
    expect(await client.exchange({ type: 'noop' }, { vaultAddress })).toEqual({
      status: 'err',
      response: `Vault not registered: ${vaultAddress}`,
    })
  })
})

describe('answers', () => {
  it('places, finds, modifies and cancels an order by id and by cloid', async () => {
    const client = new TestClient(simulator)
    const cloid = `0x${'a'.repeat(32)}`
    const { resting } = await client.order({ px: '50000', tif: 'Gtc', cloid })
    expect(resting).toEqual({ oid: expect.any(Number), cloid })
    const user = client.address
    for (const oid of [resting.oid, cloid]) {
      expect(await client.info({ type: 'orderStatus', user, oid })).toMatchObject({
        status: 'order',
        order: {
          status: 'open',
          order: { oid: resting.oid, cloid, limitPx: '50000.0', tif: 'Gtc', orderType: 'Limit' },
        },
      })
    }
    const { orders } = (await client.orderAction({ px: '50100', tif: 'Gtc', cloid })) as { orders: Action[] }
    const [order] = orders
    expect(await client.exchange({ type: 'modify', oid: resting.oid, order })).toEqual({
      status: 'ok',
      response: { type: 'default' },
    })
    expect(await client.info({ type: 'openOrders', user })).toMatchObject([{ limitPx: '50100.0', cloid, sz: '0.01' }])
    expect(await client.exchange({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid }] })).toEqual({
      status: 'ok',
      response: { type: 'cancel', data: { statuses: ['success'] } },
    })
    expect(await client.exchange({ type: 'modify', oid: resting.oid, order })).toEqual({
      status: 'err',
      response: 'Cannot modify canceled or filled order',
    })
    expect(await client.info({ type: 'orderStatus', user, oid: 1 })).toEqual({ status: 'unknownOid' })
    expect((await client.info({ type: 'orderStatus', user, oid: cloid })).order.status).toBe('canceled')
  })

  it('judges the orders of a batch one by one', async () => {
    const client = new TestClient(simulator)
    const order = { a: 0, b: true, p: '50000', s: '0.01', r: false, t: { limit: { tif: 'Gtc' } } }
    const orders = [order, { ...order, s: '0.0001' }, { ...order, p: '50000.5' }]
    const { response } = await client.exchange({ type: 'order', orders, grouping: 'na' })
    expect(response.data.statuses).toEqual([
      { resting: { oid: expect.any(Number) } },
      { error: 'Order must have minimum value of $10. asset=0' },
      { error: 'Price must be divisible by tick size. asset=0' },
    ])
  })

  it('answers the whole batch at once when an order in it can be nothing at all', async () => {
    const client = new TestClient(simulator)
    const order = { a: 0, b: true, p: '50000', s: '0', r: false, t: { limit: { tif: 'Gtc' } } }
    const { response } = await client.exchange({ type: 'order', orders: [order, order], grouping: 'na' })
    expect(response.data.statuses).toHaveLength(1)
  })

  it('lets children of a parent wait, and gives them up with it', async () => {
    const client = new TestClient(simulator)
    const parent = { a: 0, b: true, p: '50000', s: '0.01', r: false, t: { limit: { tif: 'Gtc' } } }
    const trigger = { isMarket: true, triggerPx: '40000', tpsl: 'sl' }
    const child = { a: 0, b: false, p: '39000', s: '0.01', r: true, t: { trigger } }
    const { response } = await client.exchange({ type: 'order', orders: [parent, child], grouping: 'normalTpsl' })
    const [first, second] = response.data.statuses
    expect(second).toBe('waitingForFill')
    const shown = await client.info({ type: 'frontendOpenOrders', user: client.address })
    expect(shown).toMatchObject([{ oid: first.resting.oid, children: [{ isTrigger: true, triggerPx: '40000.0' }] }])
    await client.exchange({ type: 'cancel', cancels: [{ a: 0, o: first.resting.oid }] })
    const past = await client.info({ type: 'historicalOrders', user: client.address })
    expect(past.map(({ status }: { status: string }) => status)).toEqual(['canceled', 'canceled'])
  })

  it.each([
    [
      { type: 'scheduleCancel' },
      /^Cannot set scheduled cancel time until enough volume traded\. Required: \$1000000\./,
    ],
    [
      { type: 'createSubAccount', name: 'x' },
      /^Cannot create sub-accounts until enough volume traded\. Required: \$100000\./,
    ],
    [{ type: 'updateLeverage', asset: 0, isCross: true, leverage: 41 }, /^Invalid leverage value$/],
    [
      { type: 'vaultTransfer', vaultAddress: `0x${'1'.repeat(40)}`, isDeposit: true, usd: 5 },
      /^Vault not registered: 0x1/,
    ],
    [{ type: 'updateIsolatedMargin', asset: 0, isBuy: true, ntli: 5 }, /^Position does not exist\.$/],
  ] as const)('%j is refused in the venue’s words', async (action, text) => {
    const client = new TestClient(simulator)
    expect(await client.exchange(action)).toEqual({ status: 'err', response: expect.stringMatching(text) })
  })

  it('keeps cross and isolated positions apart', async () => {
    const client = new TestClient(simulator)
    await client.order({})
    const isolate = { type: 'updateLeverage', asset: 0, isCross: false, leverage: 5 }
    expect(await client.exchange(isolate)).toEqual({
      status: 'err',
      response: 'Cannot switch leverage type with open position.',
    })
    await client.order({ buy: false, reduceOnly: true })
    expect(await client.exchange(isolate)).toMatchObject({ status: 'ok' })
    await client.order({})
    const { assetPositions } = await client.info({ type: 'clearinghouseState', user: client.address })
    expect(assetPositions[0].position.leverage).toMatchObject({ type: 'isolated', value: 5 })
    expect(
      await client.exchange({ type: 'updateIsolatedMargin', asset: 0, isBuy: true, ntli: 25_000_000 }),
    ).toMatchObject({
      status: 'ok',
    })
    const after = await client.info({ type: 'clearinghouseState', user: client.address })
    const used = (state: typeof after) => Number(state.assetPositions[0].position.marginUsed)
    expect(used(after) - used({ assetPositions })).toBeCloseTo(25, 6)
  })
})

type Action = Parameters<TestClient['exchange']>[0]
