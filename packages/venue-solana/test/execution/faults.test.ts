import type { Outcome, SealedOrder } from '@portolan/core'
import { Exact } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { SolanaVenue } from '../../src/adapter/solana-venue.ts'
import type { SealedPayload } from '../../src/execution/sealed-payload.ts'
import { JUPITER_PROGRAM } from '../../src/transaction/program-addresses.ts'
import { signal, World } from '../harness/simulated-venue.ts'

/** Asks as the runner does: again and again until the answer is final. */
async function followed(world: World, venue: SolanaVenue, order: SealedOrder, first?: Outcome): Promise<Outcome> {
  let outcome = first ?? { kind: 'unknown', message: '' }
  for (let looks = 0; looks < 60 && (outcome.kind === 'unknown' || outcome.kind === 'resting'); looks += 1) {
    await world.pass(3_000)
    outcome = await world.run(
      venue.execution
        .lookup(order, signal)
        .catch((error: unknown) => ({ kind: 'unknown', message: String(error) }) as const),
    )
  }
  return outcome
}

const prepared = async (world: World, venue: SolanaVenue, usd = 100) =>
  world.run(venue.execution.prepare(world.order('ATLAS', 'buy', { usd }), signal))

const spent = async (world: World, venue: SolanaVenue) => {
  const balances = await world.run(venue.account.balances(signal))
  return new Exact(10_000).minus(balances.find(({ asset }) => asset === 'USDC')?.total ?? 'NaN').toNumber()
}

describe('a swap is executed once when', () => {
  it.each([
    ['replies to the broadcast are lost', [{ kind: 'lost-reply', method: 'sendTransaction', times: 4 }]],
    ['requests are lost', [{ kind: 'lost-request', method: 'sendTransaction', times: 4 }]],
    ['broadcasts are dropped', [{ kind: 'dropped', times: 5 }]],
    ['it lands long after it was not found', [{ kind: 'late-landing', slots: 60, times: 40 }]],
    ['nodes answer 429', [{ kind: 'rate-limited', target: 'rpc', times: 6, retryAfter: 2 }]],
    ['nodes answer 500', [{ kind: 'status-500', target: 'rpc', times: 6 }]],
    ['answers are broken', [{ kind: 'corrupted-json', target: 'rpc', times: 6 }]],
    ['answers are slow', [{ kind: 'slow-answer', target: 'rpc', times: 4, ms: 20_000 }]],
    ['statuses are lost', [{ kind: 'lost-request', method: 'getSignatureStatuses', times: 10 }]],
    ['the transaction cannot be read at first', [{ kind: 'status-500', method: 'getTransaction', times: 6 }]],
  ] as const)('%s', async (_, faults) => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.fault(...faults)
    const first = await world.run(venue.execution.submit(order, signal))
    expect((await followed(world, venue, order, first)).kind).toBe('filled')
    await world.pass(90_000)
    expect(await world.executed()).toHaveLength(1)
    expect(await spent(world, venue)).toBe(100)
  })

  it('submitted twice', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    const outcomes = await world.run(
      Promise.all([venue.execution.submit(order, signal), venue.execution.submit(order, signal)]),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(['filled', 'filled'])
    expect((await world.run(venue.execution.submit(order, signal))).kind).toBe('filled')
    expect(await world.executed()).toHaveLength(1)
  })
})

it('two orders for the same swap at the same time are two transactions', async () => {
  await using world = new World()
  const venue = await world.adapter()
  const request = world.order('ATLAS', 'buy', { usd: 100 })
  const [first, second, again] = [
    await world.run(venue.execution.prepare(request, signal)),
    await world.run(venue.execution.prepare({ ...request, intentId: 'another' }, signal)),
    await world.run(venue.execution.prepare(request, signal)),
  ]
  expect(new Set([first.id, second.id, again.id]).size).toBe(3)
  await world.run(venue.execution.submit(first, signal))
  await world.run(venue.execution.submit(second, signal))
  expect(await spent(world, venue)).toBe(200)
})

it('another swap of the wallet that lands while one is prepared is not taken for its doing', async () => {
  await using world = new World()
  const venue = await world.adapter()
  const first = await prepared(world, venue)
  let isFirst = true
  world.intercept = async (what, go) => {
    if (what === 'simulateTransaction' && isFirst) {
      isFirst = false
      await send(world, (first.payload as unknown as SealedPayload).wire)
      await world.clock.sleep(4_000)
    }
    return go()
  }
  const second = await prepared(world, venue)
  expect((await world.run(venue.execution.submit(second, signal))).kind).toBe('filled')
  expect((await world.run(venue.execution.lookup(first, signal))).kind).toBe('filled')
  expect(await spent(world, venue)).toBe(200)
})

describe('a swap has expired', () => {
  it('only when the chain is past its last block and nobody knows it: then it can be made anew', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.fault({ kind: 'expires' })
    const { lastValidBlockHeight } = order.payload as unknown as SealedPayload
    const outcome = await followed(world, venue, order, await world.run(venue.execution.submit(order, signal)))
    expect(outcome).toMatchObject({ kind: 'expired', cause: 'time' })
    const { chain } = world.chain.world
    expect(chain.slots.heightOf(chain.tip)).toBeGreaterThan(lastValidBlockHeight)
    const again = await prepared(world, venue)
    expect(again.id).not.toBe(order.id)
    expect((await world.run(venue.execution.submit(again, signal))).kind).toBe('filled')
    expect(await world.executed()).toHaveLength(1)
  })

  it('not by what a node says that is far behind', async () => {
    await using world = new World({ chain: { nodes: [{ lagSlots: 0 }] } })
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.control('nodes', { node: 0, lagSlots: 400 })
    // Landed, but the node has not seen it, nor the end of its life.
    const { wire } = order.payload as unknown as SealedPayload
    await send(world, wire)
    await world.pass(70_000)
    expect((await world.run(venue.execution.lookup(order, signal))).kind).toBe('unknown')
    await world.control('nodes', { node: 0, lagSlots: 0 })
    expect((await followed(world, venue, order)).kind).toBe('filled')
  })

  it('not while one of several nodes knows it', async () => {
    await using world = new World({ chain: { nodes: [{ lagSlots: 0 }, { lagSlots: 0 }] } })
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await send(world, (order.payload as unknown as SealedPayload).wire)
    await world.pass(90_000)
    // The first node has lost its history.
    const amnesia = { jsonrpc: '2.0', id: 1, result: { context: { slot: 1 }, value: [null] } }
    let turn = 0
    world.intercept = (what, go) =>
      what === 'getSignatureStatuses' && turn++ % 2 === 0 ? Promise.resolve(Response.json(amnesia)) : go()
    expect((await world.run(venue.execution.lookup(order, signal))).kind).toBe('filled')
  })

  it('not by a node whose ledger begins after it could have landed', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.pass(3 * 3_600_000)
    world.intercept = async (what, go) =>
      what === 'getFirstAvailableBlock' ? Response.json({ jsonrpc: '2.0', id: 1, result: 1e9 }) : go()
    expect((await world.run(venue.execution.lookup(order, signal))).kind).toBe('unknown')
    world.intercept = (_what, go) => go()
    expect((await world.run(venue.execution.lookup(order, signal))).kind).toBe('expired')
  }, 30_000)

  it('not when nobody answers: that is no answer', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.pass(120_000)
    world.intercept = () => Promise.reject(new TypeError('fetch failed'))
    await expect(world.run(venue.execution.lookup(order, signal))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('a swap that landed and failed', () => {
  it('is refused with the decoded reason, costs its fee, and fills nothing', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    await world.control('price', { mint: order.instrument, factor: 1.2 })
    await world.pass(2_000)
    const outcome = await world.run(venue.execution.submit(order, signal))
    expect(outcome).toMatchObject({
      kind: 'rejected',
      reason: 'slippage',
      message: `${JUPITER_PROGRAM}: SlippageToleranceExceeded (0x1771)`,
      fee: { in: 'other', asset: 'SOL' },
    })
    if (outcome.kind !== 'rejected' || outcome.fee?.in !== 'other') throw new Error('no fee')
    expect(Number(outcome.fee.amount)).toBeGreaterThanOrEqual(0.000005)
    expect(Number(outcome.fee.usd)).toBeGreaterThan(0)
    expect(await world.executed()).toEqual([])
    expect(await spent(world, venue)).toBe(0)
    expect((await world.run(venue.account.fills(null, signal))).fills).toEqual([])
  })

  it('for want of funds is told apart from slippage', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const [first, second] = [await prepared(world, venue, 6_000), await prepared(world, venue, 6_000)]
    expect((await world.run(venue.execution.submit(first, signal))).kind).toBe('filled')
    const outcome = await world.run(venue.execution.submit(second, signal))
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'insufficient-funds' })
  })
})

describe('what is not sent', () => {
  it('lookup sends nothing that was not submitted: the order simply expires', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = await prepared(world, venue)
    expect((await followed(world, venue, order)).kind).toBe('expired')
    expect(world.requests).not.toContain('sendTransaction')
    expect(await world.executed()).toEqual([])
  })
})

/** As if it had been sent by a process that died. */
async function send(world: World, wire: string): Promise<void> {
  const params = [wire, { encoding: 'base64', skipPreflight: true }]
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params })
  const reply = await world.chain.fetch(world.announced('rpcUrl'), { method: 'POST', body })
  expect(await reply.json()).toHaveProperty('result')
}
