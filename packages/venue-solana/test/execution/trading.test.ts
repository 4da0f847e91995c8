import type { Outcome } from '@portolan/core'
import { decimalFrom, Exact, VenueError } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { SolanaVenue } from '../../src/adapter/solana-venue.ts'
import type { SealedPayload } from '../../src/execution/sealed-payload.ts'
import { WRAPPED_SOL } from '../../src/transaction/wallet-change.ts'
import { signal, World } from '../harness/simulated-venue.ts'
import { spreadBalance } from '../harness/spread-balance.ts'

type Order = ReturnType<World['order']>

async function trade(world: World, venue: SolanaVenue, order: Order): Promise<Outcome> {
  const sealed = await world.run(venue.execution.prepare(order, signal))
  return world.run(venue.execution.submit(sealed, signal))
}

function filled(outcome: Outcome) {
  if (outcome.kind !== 'filled') throw new Error(`not filled: ${JSON.stringify(outcome)}`)
  const [fill] = outcome.fills ?? []
  if (fill === undefined) throw new Error('no fill')
  return { ...outcome, fill }
}

const held = async (world: World, venue: SolanaVenue, symbol: string) =>
  (await world.run(venue.account.positions(signal))).find(({ instrument }) => instrument === world.mint(symbol))
    ?.quantity ?? '0'
const balanceOf = async (world: World, venue: SolanaVenue, asset: string) =>
  (await world.run(venue.account.balances(signal))).find((balance) => balance.asset === asset)

describe('a swap', () => {
  it('buys: spends exactly what was said, and the wallet has what the fill says', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = world.order('ATLAS', 'buy', { usd: 250 })
    const sealed = await world.run(venue.execution.prepare(order, signal))
    expect(await world.executed()).toEqual([])
    expect(sealed).toMatchObject({ instrument: order.instrument, expiresAt: null })

    const outcome = filled(await world.run(venue.execution.submit(sealed, signal)))
    const [swap, ...others] = await world.executed()
    expect(others).toEqual([])
    expect(swap?.signature).toBe(sealed.id)
    expect(outcome.fill).toMatchObject({ orderId: sealed.id, sealedId: sealed.id, side: 'buy' })
    const deltas: Readonly<Record<string, string>> = swap?.deltas ?? {}
    const units = new Exact(deltas[order.instrument] ?? 'NaN')
    expect(deltas[world.announced('usdcMint')]).toBe('-250000000')
    expect(outcome.filled).toBe(units.div(1e6).toFixed())
    expect(await held(world, venue, 'ATLAS')).toBe(outcome.filled)
    expect(new Exact(outcome.averagePrice).times(outcome.filled).toDecimalPlaces(6).toFixed()).toBe('250')
    expect(new Exact(outcome.averagePrice).lte(order.limitPrice)).toBe(true)
    // The rent of the new token account is the wallet's own: the fee is the network's alone.
    expect(outcome.fill.fee).toMatchObject({ in: 'other', asset: 'SOL' })
    expect(Number(outcome.fill.fee.amount)).toBeLessThan(0.0002)
    expect(await balanceOf(world, venue, 'USDC')).toEqual({ asset: 'USDC', total: '9750', available: '9750' })
  })

  it('sells all that is held, also when the order asks for a little more than there is', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const bought = filled(await trade(world, venue, world.order('CARAVEL', 'buy', { usd: 300 })))
    const more = decimalFrom(new Exact(bought.filled).plus('0.5'))
    const order = world.order('CARAVEL', 'sell', { quantity: more }, { closesPosition: true, urgency: 'critical' })
    const sold = filled(await trade(world, venue, order))
    expect(sold.filled).toBe(bought.filled)
    expect(await held(world, venue, 'CARAVEL')).toBe('0')
    expect(await world.executed()).toHaveLength(2)
  })

  it('books what arrived of a token that takes a fee of every transfer', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const bought = filled(await trade(world, venue, world.order('ENSIGN', 'buy', { usd: 100 }, { urgency: 'high' })))
    expect(await held(world, venue, 'ENSIGN')).toBe(bought.filled)
    // One percent dearer than the market, at least.
    expect(Number(bought.averagePrice)).toBeGreaterThan(world.price('ENSIGN') * 1.005)
    const order = world.order('ENSIGN', 'sell', { quantity: bought.filled, through: 0.05 }, { urgency: 'critical' })
    const sold = filled(await trade(world, venue, order))
    expect(sold.filled).toBe(bought.filled)
    const usdc = await balanceOf(world, venue, 'USDC')
    const back = new Exact(sold.averagePrice).times(sold.filled)
    expect(usdc?.total).toBe(new Exact(9900).plus(back.toDecimalPlaces(6)).toFixed())
  })

  it('trades SOL as a token: what the wallet has for fees is no position', async () => {
    await using world = new World()
    const venue = await world.adapter()
    expect(await held(world, venue, 'SOL')).toBe('0')
    const bought = filled(await trade(world, venue, world.order('SOL', 'buy', { usd: 200 })))
    expect(await held(world, venue, 'SOL')).toBe(bought.filled)
    expect(await balanceOf(world, venue, WRAPPED_SOL)).toMatchObject({ total: bought.filled })
    expect(Number(bought.fill.fee.amount)).toBeLessThan(0.0002)
    const part = new Exact(bought.filled).div(3).toDecimalPlaces(9).toFixed()
    const sold = filled(await trade(world, venue, world.order('SOL', 'sell', { quantity: part })))
    expect(sold.filled).toBe(part)
    expect(await held(world, venue, 'SOL')).toBe(new Exact(bought.filled).minus(part).toFixed())
    spreadBalance(world, 'SOL', 100_000_000n)
    await world.pass(3_000)
    const rest = await held(world, venue, 'SOL')
    const order = world.order('SOL', 'sell', { quantity: rest }, { closesPosition: true, urgency: 'critical' })
    expect(filled(await trade(world, venue, order)).filled).toBe(rest)
    expect(await held(world, venue, 'SOL')).toBe('0')
    const { fills } = await world.run(venue.account.fills(null, signal))
    expect(fills.map(({ quantity }) => quantity)).toEqual([bought.filled, part, rest])
    // Jupiter's own transactions unwrap SOL: its swaps are assembled here in that mode too.
    const other = await world.adapter({ execution: { mode: 'order' } })
    filled(await trade(world, other, world.order('SOL', 'buy', { usd: 50 })))
    expect(world.requests).not.toContain('/swap/v2/execute')
  })

  it('trades SOL as lamports of the wallet: the leg is without fee, the reserve is no position', async () => {
    await using world = new World()
    const venue = await world.adapter({ execution: { sol: 'native', solReserve: '0.5' } })
    expect(await held(world, venue, 'SOL')).toBe('4.5')
    const bought = filled(await trade(world, venue, world.order('SOL', 'buy', { usd: 200 })))
    const [swap] = await world.executed()
    const fee = new Exact(bought.fill.fee.amount)
    expect(new Exact(bought.filled).minus(fee).times(1e9).toFixed()).toBe(swap?.deltas.SOL)
    expect(await held(world, venue, 'SOL')).toBe(new Exact('4.5').plus(bought.filled).minus(fee).toFixed())
    const order = world.order('SOL', 'sell', { quantity: '1.25' })
    const sold = filled(await trade(world, venue, order))
    expect(sold.filled).toBe('1.25')
    expect(sold.fill.side).toBe('sell')
    expect(Number(sold.averagePrice)).toBeGreaterThan(Number(order.limitPrice))
  })

  it('gathers what is spread over several token accounts', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const bought = filled(await trade(world, venue, world.order('ATLAS', 'buy', { usd: 300 })))
    spreadBalance(world, 'ATLAS', BigInt(new Exact(bought.filled).times(1e6).div(3).floor().toFixed()))
    await world.pass(3_000)
    expect(await held(world, venue, 'ATLAS')).toBe(bought.filled)
    const order = world.order('ATLAS', 'sell', { quantity: bought.filled }, { closesPosition: true, urgency: 'high' })
    const sold = filled(await trade(world, venue, order))
    expect(sold.filled).toBe(bought.filled)
    expect(await held(world, venue, 'ATLAS')).toBe('0')
  })
})

it('sells what lies in another account than the associated one, which is not there', async () => {
  await using world = new World()
  const venue = await world.adapter()
  const bought = filled(await trade(world, venue, world.order('ATLAS', 'buy', { usd: 300 })))
  spreadBalance(world, 'ATLAS', BigInt(new Exact(bought.filled).times(1e6).toFixed()))
  await world.pass(3_000)
  const order = world.order('ATLAS', 'sell', { quantity: bought.filled }, { closesPosition: true, urgency: 'high' })
  expect(filled(await trade(world, venue, order)).filled).toBe(bought.filled)
})

describe("Jupiter's own transactions (mode order)", () => {
  it('are verified, signed and landed, and known by their signature before', async () => {
    await using world = new World()
    const venue = await world.adapter({ execution: { mode: 'order' } })
    const order = world.order('DUCAT', 'buy', { usd: 120 }, { urgency: 'high' })
    const sealed = await world.run(venue.execution.prepare(order, signal))
    expect((sealed.payload as unknown as SealedPayload).requestId).toEqual(expect.any(String))
    const outcome = filled(await world.run(venue.execution.submit(sealed, signal)))
    expect(outcome.orderId).toBe(sealed.id)
    expect(await world.executed()).toHaveLength(1)
    expect(world.requests.filter((what) => what === '/swap/v2/execute')).toHaveLength(1)
  })

  it('are filled once when /execute times out and loses replies', async () => {
    await using world = new World()
    const venue = await world.adapter({ execution: { mode: 'order' } })
    const sealed = await world.run(venue.execution.prepare(world.order('DUCAT', 'buy', { usd: 120 }), signal))
    await world.fault(
      { kind: 'execute-timeout' },
      { kind: 'lost-reply', target: 'jupiter', method: '/execute', times: 2 },
    )
    filled(await world.run(venue.execution.submit(sealed, signal)))
    await world.pass(120_000)
    expect(await world.executed()).toHaveLength(1)
  })

  it.each([
    ['another pays the fees', { signatureFeePayer: WRAPPED_SOL }, 'would not be known before it is sent'],
    ['it is gasless', { gasless: true }, 'would not be known before it is sent'],
    ['there is none', { transaction: '', errorCode: 2, errorMessage: 'Top up SOL' }, 'insufficient-funds'],
    ['it cannot be read', { transaction: 'AAAA' }, 'cannot be read'],
  ])('are refused when %s', async (_, changes, message) => {
    await using world = new World()
    const venue = await world.adapter({ execution: { mode: 'order' } })
    world.intercept = async (what, go) => {
      const response = await go()
      if (what !== '/swap/v2/order') return response
      return Response.json({ ...((await response.json()) as object), ...changes })
    }
    const prepared = venue.execution.prepare(world.order('DUCAT', 'buy', { usd: 120 }), signal)
    await expect(world.run(prepared)).rejects.toThrow(message)
    expect(world.requests).not.toContain('/swap/v2/execute')
  })
})

describe('before anything is signed', () => {
  const refusal = async (world: World, venue: SolanaVenue, order: Order) => {
    const error: unknown = await world.run(venue.execution.prepare(order, signal)).then(
      () => new Error('it was prepared'),
      (reason: unknown) => reason,
    )
    if (!(error instanceof VenueError)) throw error
    return error
  }

  it('an entry is refused that would leave less SOL than the reserve; an exit may use it', async () => {
    await using world = new World({ money: { sol: 0.03, usdc: 1_000 } })
    const venue = await world.adapter()
    filled(await trade(world, venue, world.order('ATLAS', 'buy', { usd: 50 })))
    const strict = await world.adapter({ execution: { solReserve: '0.028' } })
    const error = await refusal(world, strict, world.order('BRISA', 'buy', { usd: 50 }))
    expect(error).toMatchObject({ code: 'refused' })
    expect(error.message).toMatch(/^insufficient-funds: .* SOL would be left/)
    filled(await trade(world, strict, world.order('ATLAS', 'sell', { quantity: await held(world, strict, 'ATLAS') })))
  })

  it.each([
    ['more than there is', { usd: 20_000, through: 0.2 }, 'insufficient-funds'],
    ['a quote beyond the limit price', { usd: 100, through: -0.01 }, 'slippage'],
  ])('%s is refused', async (_, amount, reason) => {
    await using world = new World()
    const venue = await world.adapter()
    expect((await refusal(world, venue, world.order('ATLAS', 'buy', amount))).message).toMatch(new RegExp(`^${reason}`))
  })

  it('a swap that moves the market too far is refused by its urgency', async () => {
    await using world = new World()
    const venue = await world.adapter({ risk: {}, liquidity: { minUsd: 0 } })
    const order = world.order('GROTTO', 'buy', { usd: 200, through: 2 })
    expect((await refusal(world, venue, order)).message).toMatch(/^no-liquidity: the swap would move the price by/)
  })

  it('the impact is measured against a small quote when Jupiter does not tell it', async () => {
    await using world = new World()
    const venue = await world.adapter()
    world.intercept = async (what, go) => {
      const response = await go()
      if (!what.startsWith('/swap')) return response
      const { priceImpact: _, priceImpactPct: __, ...rest } = (await response.json()) as Record<string, unknown>
      return Response.json(rest)
    }
    const thin = world.order('GROTTO', 'buy', { usd: 200, through: 2 })
    expect((await refusal(world, venue, thin)).message).toMatch(/^no-liquidity/)
    filled(await trade(world, venue, world.order('ATLAS', 'buy', { usd: 100 })))
  })

  it('the tolerance is made as narrow as the limit price demands', async () => {
    await using world = new World()
    const venue = await world.adapter()
    const order = world.order('ATLAS', 'buy', { usd: 100, through: 0.006 })
    const sealed = await world.run(venue.execution.prepare(order, signal))
    const { minimumOut } = sealed.payload as unknown as SealedPayload
    expect(Number(minimumOut)).toBeCloseTo((100 / Number(order.limitPrice)) * 1e6, -1)
    const loose = await world.run(
      venue.execution.prepare(world.order('ATLAS', 'buy', { usd: 100, through: 0.2 }), signal),
    )
    expect(Number((loose.payload as unknown as SealedPayload).minimumOut)).toBeLessThan(Number(minimumOut))
  })

  it('no route, and a key that is refused, are said as such', async () => {
    await using world = new World()
    const venue = await world.adapter()
    await world.fault({ kind: 'no-route' })
    expect((await refusal(world, venue, world.order('ATLAS', 'buy', { usd: 50 }))).message).toMatch(/^no-liquidity/)
  })
})
