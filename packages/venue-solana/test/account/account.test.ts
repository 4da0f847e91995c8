import type { Fill } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { SolanaVenue } from '../../src/adapter/solana-venue.ts'
import { signal, World } from '../harness/simulated-venue.ts'
import { spreadBalance } from '../harness/spread-balance.ts'

async function swap(world: World, venue: SolanaVenue, symbol: string, side: 'buy' | 'sell', amount: object) {
  const sealed = await world.run(venue.execution.prepare(world.order(symbol, side, amount), signal))
  const outcome = await world.run(venue.execution.submit(sealed, signal))
  if (outcome.kind !== 'filled') throw new Error(JSON.stringify(outcome))
  const [fill] = outcome.fills ?? []
  if (fill === undefined) throw new Error('no fill')
  return fill
}

/** But for what the fee was worth, which depends on when it was asked. */
const facts = (list: readonly Fill[]) =>
  list.map(({ fee, ...fill }) => ({ ...fill, lamports: Number(fee.amount) * 1e9 }))

const fills = (world: World, venue: SolanaVenue, cursor: string | null) =>
  world.run(venue.account.fills(cursor, signal))

describe('balances and positions', () => {
  it('tell USDC, SOL less the reserve, and known tokens over all their accounts; an empty wallet has nothing', async () => {
    await using world = new World({ money: { sol: 2, usdc: 500 } })
    const venue = await world.adapter({ execution: { solReserve: '0.1' } })
    const fill = await swap(world, venue, 'CARAVEL', 'buy', { usd: 100 })
    spreadBalance(world, 'CARAVEL', 7_000_000n)
    await world.pass(3_000)
    const balances = await world.run(venue.account.balances(signal))
    const [usdc, sol, caravel] = balances
    expect(usdc).toEqual({ asset: 'USDC', total: '400', available: '400' })
    expect(caravel).toEqual({ asset: world.mint('CARAVEL'), total: fill.quantity, available: fill.quantity })
    expect(Number(sol?.total) - Number(sol?.available)).toBeCloseTo(0.1, 9)
    const positions = await world.run(venue.account.positions(signal))
    expect(positions.find(({ instrument }) => instrument === world.mint('CARAVEL'))?.quantity).toBe(fill.quantity)
    expect(await world.run(venue.account.openOrders())).toEqual([])

    await using other = new World({ money: { sol: 0, usdc: 0 } })
    const poor = await other.adapter()
    expect(await other.run(poor.account.positions(signal))).toEqual([])
    expect(await other.run(poor.account.balances(signal))).toEqual([
      { asset: 'USDC', total: '0', available: '0' },
      { asset: 'SOL', total: '0', available: '0' },
    ])
  })

  it('what is frozen is held, and cannot be spent', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const fill = await swap(world, venue, 'FRIGATE', 'buy', { usd: 100 })
    await world.control('freeze', { owner: world.wallet, mint: world.mint('FRIGATE') })
    await world.pass(3_000)
    const balances = await world.run(venue.account.balances(signal))
    const frozen = balances.find(({ asset }) => asset === world.mint('FRIGATE'))
    expect(frozen).toMatchObject({ total: fill.quantity, available: '0' })
    const sale = world.order('FRIGATE', 'sell', { quantity: fill.quantity })
    await expect(world.run(venue.execution.prepare(sale, signal))).rejects.toThrow('insufficient-funds')
  })

  it('a read that fails throws: it is never an empty wallet', async () => {
    await using world = new World()
    const venue = await world.adapter()
    world.intercept = (what, go) =>
      what === 'getTokenAccountsByOwner' ? Promise.resolve(Response.json({ jsonrpc: '2.0', id: 1, result: {} })) : go()
    await expect(world.run(venue.account.balances(signal))).rejects.toMatchObject({ code: 'malformed-answer' })
    await expect(world.run(venue.account.positions(signal))).rejects.toMatchObject({ code: 'malformed-answer' })
  })
})

describe('fills', () => {
  it('are each swap of the wallet once, oldest first, from a cursor on; failed ones are none', async () => {
    await using world = new World()
    const venue = await world.adapter({ execution: { sol: 'native' } })
    const empty = await fills(world, venue, null)
    expect(empty.fills).toEqual([])
    const first = await swap(world, venue, 'ATLAS', 'buy', { usd: 100 })
    const failing = await world.run(venue.execution.prepare(world.order('BRISA', 'buy', { usd: 50 }), signal))
    await world.control('price', { mint: world.mint('BRISA'), factor: 1.5 })
    await world.pass(2_000)
    expect((await world.run(venue.execution.submit(failing, signal))).kind).toBe('rejected')
    const one = await fills(world, venue, empty.cursor)
    expect(facts(one.fills)).toEqual(facts([first]))
    const second = await swap(world, venue, 'SOL', 'sell', { quantity: '0.5' })
    await world.pass(60_000)
    const third = await swap(world, venue, 'ATLAS', 'sell', { quantity: first.quantity })
    const rest = await fills(world, venue, one.cursor)
    expect(facts(rest.fills.filter(({ id }) => id !== first.id))).toEqual(facts([second, third]))
    expect(facts((await fills(world, venue, null)).fills)).toEqual(facts([first, second, third]))
    const later = await fills(world, venue, rest.cursor)
    expect(later.cursor).toBe(rest.cursor)
  })

  it('of swaps that were made elsewhere belong to no sealed order', async () => {
    await using world = new World()
    const other = await world.adapter()
    const fill = await swap(world, other, 'DUCAT', 'buy', { usd: 80 })
    const venue = await world.adapter()
    const seen = await fills(world, venue, null)
    expect(facts(seen.fills)).toEqual(facts([{ ...fill, sealedId: null }]))
  })

  it('are read page by page where there are many transactions', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const made: string[] = []
    for (const usd of [20, 21, 22]) made.push((await swap(world, venue, 'ATLAS', 'buy', { usd })).id)
    // The node gives one at a time.
    const full = world.chain.fetch
    world.intercept = (what, go, body) => {
      if (what !== 'getSignaturesForAddress') return go()
      const request = JSON.parse(body) as { params: [string, Record<string, unknown>] }
      request.params[1].limit = 1
      const answer = full(world.announced('rpcUrl'), { method: 'POST', body: JSON.stringify(request) })
      return answer.then(async (response) => {
        const { result, ...rest } = (await response.json()) as { result: unknown[] }
        // A full page, as far as the adapter can tell: the rest of it is before the cursor.
        const old = { signature: '1'.repeat(64), slot: 1, err: 'AccountInUse', blockTime: 1 }
        return Response.json({
          ...rest,
          result: result.length === 0 ? [] : [...Array<object>(999).fill({ ...old, slot: 9e8 }), ...result],
        })
      })
    }
    const seen = await fills(world, venue, '1')
    expect(seen.fills.map(({ id }) => id)).toEqual(made)
  })

  it('wait for a transaction that is listed but cannot be read yet: nothing is passed over', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const { cursor } = await fills(world, venue, null)
    const fill = await swap(world, venue, 'ATLAS', 'buy', { usd: 100 })
    const successor = await world.adapter()
    world.intercept = (what, go) =>
      what === 'getTransaction' ? Promise.resolve(Response.json({ jsonrpc: '2.0', id: 1, result: null })) : go()
    await expect(fills(world, successor, cursor)).rejects.toMatchObject({ code: 'unavailable' })
    world.intercept = (_what, go) => go()
    expect((await fills(world, successor, cursor)).fills.map(({ id }) => id)).toEqual([fill.id])
  })

  it('a cursor of something else is refused', async () => {
    await using world = new World()
    const venue = await world.adapter()
    await expect(fills(world, venue, 'x')).rejects.toMatchObject({ code: 'misconfigured' })
  })
})
