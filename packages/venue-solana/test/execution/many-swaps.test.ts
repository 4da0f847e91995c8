import type { Outcome, SealedOrder } from '@portolan/core'
import { Exact, isFinal } from '@portolan/core'
import { expect, it } from 'vitest'
import { signal, World } from '../harness/simulated-venue.ts'

const SYMBOLS = ['ATLAS', 'BRISA', 'CARAVEL', 'DUCAT', 'SOL', 'FRIGATE'] as const
const SPEND = 40

it('many swaps at once on a bad network: the wallet has what the fills say, and each intent cost what it said or nothing', async () => {
  await using world = new World({
    chain: { faults: { dropped: 0.3, 'late-landing': 0.15, 'lost-reply': 0.1, 'status-500': 0.05, expires: 0.1 } },
  })
  const tried = async <T>(action: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await action()
      } catch (error) {
        if (attempt === 20) throw error
        await world.clock.sleep(500)
      }
    }
  }
  const venue = await tried(() => world.adapter())
  const trade = async (symbol: string): Promise<{ readonly order: SealedOrder; readonly outcome: Outcome }> => {
    const order = await tried(() =>
      venue.execution.prepare(world.order(symbol, 'buy', { usd: SPEND, through: 0.1 }), signal),
    )
    let outcome = await venue.execution.submit(order, signal)
    while (!isFinal(outcome)) {
      await world.clock.sleep(3_000)
      outcome = await venue.execution.lookup(order, signal).catch(() => outcome)
    }
    return { order, outcome }
  }
  const wanted = SYMBOLS.flatMap((symbol) => [symbol, symbol, symbol])
  const ends = await world.run(Promise.all(wanted.map(trade)))
  await world.pass(90_000)

  const filled = ends.filter(({ outcome }) => outcome.kind === 'filled')
  expect(filled.length).toBeGreaterThan(wanted.length / 3)
  const landed = new Set((await world.executed()).map(({ signature }) => signature))
  expect(landed).toEqual(new Set(filled.map(({ order }) => order.id)))

  const fills = filled.flatMap(({ outcome }) => (outcome.kind === 'filled' ? (outcome.fills ?? []) : []))
  const positions = await world.run(tried(() => venue.account.positions(signal)))
  const sums = new Map<string, Exact>()
  for (const { instrument, quantity } of fills) {
    sums.set(instrument, new Exact(quantity).plus(sums.get(instrument) ?? 0))
  }
  expect(new Map(positions.map(({ instrument, quantity }) => [String(instrument), quantity]))).toEqual(
    new Map([...sums].map(([instrument, sum]) => [instrument, sum.toFixed()])),
  )
  const balances = await world.run(tried(() => venue.account.balances(signal)))
  const [usdc, sol] = ['USDC', 'SOL'].map(
    (asset) => balances.find((balance) => balance.asset === asset)?.total ?? 'NaN',
  )
  expect(usdc).toBe(String(10_000 - SPEND * filled.length))
  // What is gone of the SOL is fees of these and of those that failed, and the rent of six accounts.
  expect(5 - Number(sol)).toBeLessThan(0.02)
  const history = await world.run(tried(() => venue.account.fills(null, signal)))
  expect(new Set(history.fills.map(({ id }) => id))).toEqual(new Set(fills.map(({ id }) => id)))
}, 120_000)
