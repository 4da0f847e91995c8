import { randomUUID } from 'node:crypto'
import type { Account, Execution, MarketData, Venue } from '@portolan/core'
import { decimalFromNumber, instrumentId, roundPrice, roundQuantity } from '@portolan/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import hyperliquid from '../../../src/index.ts'
import type { SimulatedVenue } from '../../../src/simulator/index.ts'
import { createSimulatedVenue } from '../../../src/simulator/index.ts'
import type { TestContext } from '../../harness/test-context.ts'
import { ManualClock, testContext, throwawaySigner } from '../../harness/test-context.ts'
import { pass, settled } from './virtual-time.ts'

const signal = new AbortController().signal
const BTC = instrumentId('BTC')

let clock: ManualClock
let simulated: SimulatedVenue
let context: TestContext
let venue: Venue & { readonly marketData: MarketData; readonly execution: Execution; readonly account: Account }
const realTimers = ['setTimeout', 'setInterval', 'setImmediate'] as const
let used: string[]

beforeEach(async () => {
  used = []
  for (const name of realTimers) {
    vi.spyOn(globalThis, name).mockImplementation(() => {
      used.push(name)
      throw new Error(`${name} was called: something waits for the machine's time`)
    })
  }
  clock = new ManualClock()
  simulated = createSimulatedVenue({ clock, seed: 'memory', latencyMs: [5, 40] })
  context = {
    ...testContext({
      clock,
      options: { ...simulated.venueOptions, dexes: ['xyz'] },
      signer: throwawaySigner(),
      fetch: simulated.fetch,
    }),
    connect: simulated.connect,
  }
  const created = hyperliquid.create(context)
  const { marketData, execution, account } = created
  if (marketData === undefined || execution === undefined || account === undefined) throw new Error('a part is missing')
  venue = Object.assign(created, { marketData, execution, account })
  await settled(clock, venue.start(signal))
  await pass(clock, 2000)
})

afterEach(async () => {
  await venue[Symbol.asyncDispose]()
  simulated[Symbol.dispose]()
  vi.restoreAllMocks()
})

async function request(usd: number, coin = BTC) {
  const now = clock.now()
  const history = venue.marketData.history({
    instrument: coin,
    timeframe: '1m',
    from: now - 300_000,
    to: now,
    signal,
  })
  const last = (await settled(clock, history)).at(-1)?.close ?? Number.NaN
  const instruments = await settled(clock, venue.instruments(signal))
  const sizing = instruments.find(({ id }) => id === coin)?.sizing
  if (sizing === undefined) throw new Error(`no ${coin}`)
  return {
    instrument: coin,
    side: 'buy' as const,
    quantity: roundQuantity(decimalFromNumber(usd / last), sizing.quantityStep),
    spend: null,
    limitPrice: roundPrice(decimalFromNumber(last * 1.02), sizing.price, 'down'),
    reduceOnly: false,
    closesPosition: false,
    urgency: 'normal' as const,
    intentId: randomUUID(),
  }
}

it('the adapter trades with a venue in memory, in virtual time alone', async () => {
  const wanted = await request(500)
  const order = await settled(clock, venue.execution.prepare(wanted, signal))
  const outcome = await settled(clock, venue.execution.submit(order, signal))
  expect(outcome).toMatchObject({ kind: 'filled', filled: wanted.quantity })
  await pass(clock, 1000)
  const fills = context.events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []))
  const executed = simulated.executions().flatMap((account) => account.fills)
  expect(fills.length).toBe(executed.length)
  expect(fills.length).toBeGreaterThan(0)
  expect(used).toEqual([])
})

it('a perpetual of a builder’s dex is traded like any other', async () => {
  const wanted = await request(400, instrumentId('xyz:XYZ100'))
  const order = await settled(clock, venue.execution.prepare(wanted, signal))
  expect(await settled(clock, venue.execution.submit(order, signal))).toMatchObject({ kind: 'filled' })
  expect(await settled(clock, venue.account.positions(signal))).toMatchObject([
    { instrument: 'xyz:XYZ100', quantity: wanted.quantity },
  ])
})

it('an answer that is lost leaves the order unknown until it is looked up', async () => {
  const wanted = await request(500)
  const order = await settled(clock, venue.execution.prepare(wanted, signal))
  simulated.faults.add({ kind: 'lost-answer', path: '/exchange', type: 'order' })
  const outcome = await settled(clock, venue.execution.submit(order, signal))
  expect(outcome.kind).toBe('unknown')
  const found = await settled(clock, venue.execution.lookup(order, signal))
  expect(found).toMatchObject({ kind: 'filled', filled: wanted.quantity })
})

it('connections are refused for a while, and made again', async () => {
  simulated.faults.add({ kind: 'refuse-connections', ms: 20_000 })
  await expect(settled(clock, venue.account.positions(signal), 300_000)).rejects.toMatchObject({ code: 'unavailable' })
  await pass(clock, 60_000, 500)
  expect(await settled(clock, venue.account.positions(signal))).toEqual([])
})
