import type { Trade } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { keepRetention } from '../../src/loop/retention.ts'
import { VirtualClock } from '../../src/services/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { PruneRequest } from '../../src/store/store.ts'
import { HOUR } from '../store/behaviour/samples.ts'
import { addHourly, HourlyLoop, hours, PERPS, START } from './hourly-loop.ts'

const FOREVER = { trades: null, steps: null, regimeReadings: null }

it('forgets what is older than it is to be kept, at the start and as time goes on', async () => {
  const store = createMemoryStore()
  const clock = new VirtualClock(START)
  const of = { venue: PERPS, source: 'past:default', feed: 'trading' as const, instrument: instrumentId('BTC') }
  const trade = (ts: number): Trade => ({
    id: String(ts),
    ts,
    price: parseDecimal('1'),
    quantity: parseDecimal('1'),
    side: null,
  })
  const times = [-3, -1, 0, 1].map((hour) => START + hour * HOUR)
  await store.saveTrades(of, times.map(trade))
  const kept = async () => (await store.trades(of, 0, START * 2)).map(({ ts }) => (ts - START) / HOUR)
  using _pruning = keepRetention(
    store,
    { ...FOREVER, trades: 2 * HOUR },
    { clock, logger: silentLogger, everyMs: HOUR },
  )
  await clock.advanceBy(0)
  expect(await kept()).toEqual([-1, 0, 1])
  await clock.advanceBy(HOUR + 1)
  expect(await kept()).toEqual([-1, 0, 1])
  await clock.advanceBy(HOUR)
  expect(await kept()).toEqual([0, 1])
})

it('asks for nothing that is kept for ever, and goes on after a failure', async () => {
  const clock = new VirtualClock(START)
  const asked: PruneRequest[] = []
  const prune = async (request: PruneRequest) => {
    asked.push(request)
    throw new Error('the database is away')
  }
  using _pruning = keepRetention({ prune }, { ...FOREVER, steps: HOUR }, { clock, logger: silentLogger, everyMs: HOUR })
  await clock.advanceBy(2 * HOUR)
  expect(asked).toEqual([0, 1, 2].map((hour) => ({ table: 'steps', before: START + (hour - 1) * HOUR })))
})

it('what is forgotten is not missed: a run goes on from what is left', async () => {
  const count = 420
  const markets = new Map([[PERPS, { BTC: hours(count) }]])
  const decided = async (forget: boolean) => {
    const store = createMemoryStore({ keepSteps: true })
    await addHourly(store, PERPS, 'BTC')
    const half = START + (count - 30) * HOUR
    const first = new HourlyLoop({ store, markets, lasting: true })
    await first.start()
    await first.playUntil(half)
    await first.engine.stop()
    if (forget) {
      for (const table of ['trades', 'steps', 'regime-readings'] as const) {
        await store.prune({ table, before: half + HOUR })
      }
    }
    const second = new HourlyLoop({ store, markets, lasting: true }, half)
    await second.start()
    await second.playUntil(START + count * HOUR)
    await second.engine.stop()
    return second.steps.map(({ view }) => view.step.plan)
  }
  const plans = await decided(true)
  expect(plans).toHaveLength(30)
  expect(plans).toEqual(await decided(false))
})
