import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { HOUR } from '../store/behaviour/samples.ts'
import { addHourly, HourlyLoop, hours, PERPS, SCOPE, SPOT, START } from './hourly-loop.ts'

const COUNT = 1500
const OPENING = ['S1.buySignal', 'S2.buyFlag', 'S2.pool', 'S3.dx', 'S3.entry', 'S3.reclaim']

/** What both venues decided, bar by bar, after something was learned before. */
async function decisions(teach: (store: Store) => Promise<void>, perpsSeed = 2) {
  const store = createMemoryStore()
  await addHourly(store, PERPS, 'BTC')
  await addHourly(store, SPOT, 'BTC')
  await teach(store)
  const markets = new Map([
    [PERPS, { BTC: hours(COUNT, perpsSeed) }],
    [SPOT, { BTC: hours(COUNT, 2) }],
  ])
  await using loop = new HourlyLoop({ store, markets, fixedA: 0.9 })
  await loop.start()
  await loop.playUntil(START + COUNT * HOUR)
  const of = (venue: string) =>
    loop.steps.flatMap(({ row, view: { scores, step, sizing } }) =>
      row.venue === venue ? [{ a: scores.a, e: scores.e, plan: step.plan, sizing }] : [],
    )
  return { perps: of(PERPS), spot: of(SPOT) }
}

/** Many trades that lost all that was at risk, in every pattern. */
async function lose(store: Store, positionId: string): Promise<void> {
  for (const pattern of OPENING) {
    for (let n = 0; n < 60; n += 1) {
      await store.saveClosedTrade(positionId, { pattern, closedAt: START - n * HOUR, r: -1, trade: null })
    }
  }
}

describe('learning', () => {
  it('of losses on one venue changes its own decisions, and none of another venue or another mode', async () => {
    const untaught = await decisions(async () => undefined)
    const plans = (of: typeof untaught.spot) => of.flatMap(({ plan }) => (plan.kind === 'intent' ? [plan.intent] : []))
    expect(plans(untaught.spot).length).toBeGreaterThan(3)
    expect(untaught.perps.map(({ plan }) => plan.kind)).toEqual(untaught.spot.map(({ plan }) => plan.kind))

    const lostOnPerps = await decisions(async (store) => {
      const [perps] = await store.positions(SCOPE)
      await lose(store, perps?.id ?? '')
    })
    expect(lostOnPerps.spot).toEqual(untaught.spot)
    expect(lostOnPerps.perps).not.toEqual(untaught.perps)
    // Down to the cap of what may be learned.
    const d = plans(lostOnPerps.perps).map((intent) => intent.d)
    expect(Math.min(...d.map((one) => one ?? 0))).toBeLessThan(-0.1)
    expect(plans(lostOnPerps.spot).every((intent) => (intent.d ?? 0) > -0.1)).toBe(true)

    const lostLive = await decisions(async (store) => {
      for (const venue of [PERPS, SPOT]) await lose(store, (await addHourly(store, venue, 'BTC', 'live@past')).id)
    })
    expect(lostLive).toEqual(untaught)
  })

  it('of what one venue trades while running changes nothing on another', async () => {
    const alike = await decisions(async () => undefined)
    const otherwise = await decisions(async () => undefined, 7)
    expect(otherwise.perps).not.toEqual(alike.perps)
    expect(otherwise.spot).toEqual(alike.spot)
  })
})
