import type { Fill, FundingPayment, SealedOrder } from '@portolan/core'
import { decimalFrom, Exact, instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import { simulatedVenue } from './simulated-venue.ts'

const signal = new AbortController().signal
const signer = throwawaySigner()
const KEY = publicKeyAddress(signer.publicKey)

async function control(url: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer
}

const submit = (sim: SimulatedVenue, order: SealedOrder) => sim.venue.execution.submit(order, signal)
const positionIn = async (sim: SimulatedVenue, coin: string) =>
  (await sim.venue.account.positions(signal)).find(({ instrument }) => instrument === coin)?.quantity ?? '0'
const balance = async (sim: SimulatedVenue, asset: string) =>
  (await sim.venue.account.balances(signal)).find((each) => each.asset === asset)
const told = (sim: SimulatedVenue): Fill[] =>
  sim.context.events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []))

describe("builders' dexes", () => {
  it('are traded with their own money, and an exit leaves nothing behind', async () => {
    await using sim = await simulatedVenue({ signer, options: { dexes: 'all', leverage: 3 } })
    for (const [coin, asset] of [
      ['xyz:XYZ100', 'xyz:USDC'],
      ['flx:TSLA', 'flx:USDH'],
    ] as const) {
      const main = await balance(sim, 'USDC')
      const before = await balance(sim, asset)
      const buy = await sim.request({ coin, usd: 300 })
      expect(await submit(sim, await sim.venue.execution.prepare(buy, signal))).toMatchObject({ kind: 'filled' })
      expect(await positionIn(sim, coin)).toBe(buy.quantity)
      const exit = { reduceOnly: true, closesPosition: true, urgency: 'critical' } as const
      const sell = await sim.request({ coin, side: 'sell', quantity: buy.quantity, ...exit })
      expect(await submit(sim, await sim.venue.execution.prepare(sell, signal))).toMatchObject({ kind: 'filled' })
      expect(await positionIn(sim, coin)).toBe('0')
      expect(await balance(sim, 'USDC')).toEqual(main)
      expect(new Exact((await balance(sim, asset))?.total ?? 0).lt(before?.total ?? 0)).toBe(true)
      await until(
        'its fills on the stream',
        () => told(sim).filter(({ instrument }) => instrument === coin).length >= 2,
      )
    }
  })

  it('that were not named are not seen', async () => {
    await using sim = await simulatedVenue({ signer, options: { dexes: ['xyz'] } })
    const ids = (await sim.venue.instruments(signal)).map(({ id }) => String(id))
    expect(ids.some((id) => id.startsWith('xyz:'))).toBe(true)
    expect(ids.some((id) => id.startsWith('flx:'))).toBe(false)
  })
})

describe('a sub-account and a vault', () => {
  it.each(['sub-account', 'vault'] as const)(
    'is traded on behalf of, and nothing of its master is touched: a %s',
    async (kind) => {
      await using simulator = await startSimulator({
        clock: { speed: 0, anchorMs: Date.UTC(2026, 0, 15) },
        seed: 'adapter',
      })
      const made = await control(simulator.url, 'accounts', {
        user: KEY,
        depositUsd: 10_000,
        owned: { kind, name: 'other' },
      })
      const owned =
        Object.values(made).find(
          (each): each is string => typeof each === 'string' && each !== KEY && each.startsWith('0x'),
        ) ?? ''
      await control(simulator.url, 'accounts', { user: owned, depositUsd: 5000 })
      await using sim = await simulatedVenue({ signer, options: { url: simulator.url, vault: owned } })
      const buy = await sim.request({ usd: 200 })
      expect(await submit(sim, await sim.venue.execution.prepare(buy, signal))).toMatchObject({ kind: 'filled' })
      expect(await positionIn(sim, 'BTC')).toBe(buy.quantity)
      const traded = simulator.executions().filter((account) => account.fills.length > 0)
      expect(traded.map(({ address }) => address)).toEqual([owned])
    },
  )
})

describe('amounts', () => {
  const exit = { side: 'sell', reduceOnly: true, urgency: 'critical' } as const

  it('below the minimum close a position whole, and only whole', async () => {
    await using sim = await simulatedVenue({ signer })
    const buy = await sim.request({ usd: 12 })
    expect(await submit(sim, await sim.venue.execution.prepare(buy, signal))).toMatchObject({ kind: 'filled' })
    const half = decimalFrom(new Exact(buy.quantity).div(2).toDecimalPlaces(5, Exact.ROUND_DOWN))
    const part = await sim.prepare({ ...exit, quantity: half })
    expect(await submit(sim, part)).toMatchObject({ kind: 'rejected', reason: 'min-notional' })
    await control(sim.simulator.url, 'price', { coin: 'BTC', price: Number(buy.limitPrice) * 0.7 })
    await sim.pass(61_000)
    const whole = await sim.request({ ...exit, quantity: buy.quantity, closesPosition: true })
    expect(new Exact(whole.quantity).times(whole.limitPrice).lt(10)).toBe(true)
    expect(await submit(sim, await sim.venue.execution.prepare(whole, signal))).toMatchObject({ kind: 'filled' })
    expect(await positionIn(sim, 'BTC')).toBe('0')
  })

  it('beyond what the book holds are executed in part, and the fills say how much', async () => {
    await using sim = await simulatedVenue({ signer, simulator: { liquidity: 0.001 } })
    const buy = await sim.request({ usd: 90_000 })
    const order = await sim.venue.execution.prepare(buy, signal)
    const outcome = await submit(sim, order)
    if (outcome.kind !== 'partial') throw new Error(`not in part: ${JSON.stringify(outcome)}`)
    expect(await positionIn(sim, 'BTC')).toBe(outcome.filled)
    const found = await sim.venue.execution.lookup(order, signal)
    expect(found).toMatchObject({ kind: 'partial', filled: outcome.filled })
    const sum = () => told(sim).reduce((total, { quantity }) => total.plus(quantity), new Exact(0))
    await until('all of it on the stream', () => sum().toFixed() === outcome.filled)
    await settle()
    expect(sum().toFixed()).toBe(outcome.filled)
  })
})

describe('what happens to an account', () => {
  it('is told when it is liquidated or deleveraged, and for what it was', async () => {
    await using sim = await simulatedVenue({ signer })
    for (const coin of ['BTC', 'ETH']) await submit(sim, await sim.prepare({ coin, usd: 2000 }))
    const eth = await positionIn(sim, 'ETH')
    await control(sim.simulator.url, 'liquidate', { user: KEY, coin: 'BTC', method: 'market' })
    await control(sim.simulator.url, 'auto-deleverage', { user: KEY, coin: 'ETH' })
    await sim.pass(2000)
    expect([await positionIn(sim, 'BTC'), await positionIn(sim, 'ETH')]).not.toContain(eth)
    const causes = (fills: readonly Fill[]) => [...new Set(fills.map(({ cause }) => cause ?? 'order'))].sort()
    const { fills } = await sim.venue.account.fills(null, signal)
    expect(causes(fills)).toEqual(['auto-deleveraging', 'liquidation', 'order'])
    await until('the same on the stream', () => told(sim).length === fills.length)
    expect(causes(told(sim))).toEqual(causes(fills))
  })

  it('is paid funding, told on the stream and found again over REST under the same id', async () => {
    await using sim = await simulatedVenue({ signer })
    await submit(sim, await sim.prepare({ coin: 'BTC', usd: 5000 }))
    for (let minutes = 0; minutes < 61; minutes += 1) {
      await sim.simulator.advance(60_000)
      await settle(2)
      sim.clock.advance(60_000)
    }
    const paid = (): FundingPayment[] =>
      sim.context.events.flatMap((event) => (event.type === 'funding' ? [event.payment] : []))
    const read = await sim.venue.account.funding?.(null, signal)
    expect(read?.payments.length).toBeGreaterThan(0)
    await until('told', () => paid().length > 0)
    expect(read?.payments).toEqual(paid())
    expect(read?.payments[0]?.instrument).toBe('BTC')
    expect((await sim.venue.account.funding?.(read?.cursor ?? null, signal))?.payments).toEqual(read?.payments)
  })

  it('while nobody listened is found by the reading that a reconnection asks for', async () => {
    await using sim = await simulatedVenue({ signer })
    await submit(sim, await sim.prepare({ usd: 300 }))
    const { cursor } = await sim.venue.account.fills(null, signal)
    await control(sim.simulator.url, 'drop-sockets', {})
    const missed = await sim.prepare({ coin: 'ETH', usd: 300 })
    await submit(sim, missed)
    await sim.pass(20_000)
    await until('account-reconnected', () => {
      sim.clock.advance(250)
      return sim.context.events.some(({ type }) => type === 'account-reconnected')
    })
    const { fills } = await sim.venue.account.fills(cursor, signal)
    expect(fills.some(({ sealedId, instrument }) => sealedId === missed.id && instrument === instrumentId('ETH'))).toBe(
      true,
    )
  })

  it('whose clock is behind the venue trades all the same: its orders follow the venue', async () => {
    await using sim = await simulatedVenue({ signer, simulator: { skewMs: 3_600_000 } })
    expect(await submit(sim, await sim.prepare({ usd: 300 }))).toMatchObject({ kind: 'filled' })
    expect(sim.context.log.some(({ message }) => message.includes('clock of this machine is off'))).toBe(true)
  })
})
