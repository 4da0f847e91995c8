import type { Bar, VenueKey } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RegimeSources } from '../../src/loop/regime-sources.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { HOUR } from '../store/behaviour/samples.ts'
import { addHourly, HourlyLoop, hours, PERPS, SPOT, START } from './hourly-loop.ts'

const COUNT = 440
const BEGIN = START + 30 * HOUR
const END = START + COUNT * HOUR
const RUNS = 12

const venueSource = (key: VenueKey, token: string) =>
  ({ kind: 'venue', key, label: null, token: instrumentId(token) }) as const
const recorded = hours(COUNT, 9)
const regime: RegimeSources = {
  drivers: {
    btc_dominance: [venueSource(SPOT, 'DOM')],
    usdt_dominance: [{ kind: 'recorded', timeframe: '1h', bars: () => recorded }],
  },
  buckets: { mid: [venueSource(SPOT, 'X'), venueSource(PERPS, 'ETH'), venueSource(SPOT, 'Y')] },
  marketCaps: new Map([['BTC', 1e9]]),
}
const majors = { key: PERPS, label: null, symbols: ['BTC', 'ETH', 'SOL'].map(instrumentId) }
/** Y begins later and now and then trades nothing: it sits steps of its composite out. */
const late = hours(COUNT, 6).filter((_, index) => index > 100)
const markets = new Map<VenueKey, Readonly<Record<string, readonly Bar[]>>>([
  [PERPS, { BTC: hours(COUNT), ETH: hours(COUNT, 2), SOL: hours(COUNT, 7) }],
  [SPOT, { DOM: hours(COUNT, 3), X: hours(COUNT, 4), Y: late }],
])

interface Stop {
  readonly at: number
  readonly awayHours: number
  /** Ended without a word: what was not written yet is lost. */
  readonly killed: boolean
}

/** Lives from the beginning to the end, with stops in between. Returns the drivers at the end and what each bar was decided on. */
async function live(stops: readonly Stop[]) {
  const store: Store = createMemoryStore({ keepSteps: true })
  await addHourly(store, PERPS, 'BTC')
  await addHourly(store, PERPS, 'ETH')
  const decided = new Map<string, unknown>()
  let from = BEGIN
  for (const stop of [...stops, null]) {
    const loop = new HourlyLoop({ store, markets, regime, majors, lasting: true }, from)
    await loop.start()
    await loop.playUntil(stop === null ? END : stop.at)
    for (const { row, view } of loop.steps) decided.set(`${row.instrument} ${view.bar.ts}`, view.scores)
    if (stop === null) {
      const state = loop.engine.regime.save()
      await loop.engine.stop()
      return { state, decided }
    }
    if (!stop.killed) await loop.engine.stop()
    from = stop.at + stop.awayHours * HOUR
  }
  throw new Error('unreachable')
}

it('a run that was stopped or killed at any points has the drivers, composites, A and E of one that was not', {
  timeout: 240_000,
}, async () => {
  const whole = await live([])
  const last = whole.decided.get(`BTC ${END - HOUR}`) as {
    explanation: { contributions: readonly { driver: string }[] }
  }
  expect(new Set(last.explanation.contributions.map(({ driver }) => driver))).toEqual(
    new Set(['btc', 'alt', 'bucket', 'btc_dominance', 'usdt_dominance']),
  )
  const stop = fc.record({
    hour: fc.integer({ min: 31, max: COUNT - 40 }),
    awayHours: fc.integer({ min: 0, max: 30 }),
    killed: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(stop, { minLength: 1, maxLength: 4 }), async (chosen) => {
      const stops: Stop[] = []
      let free = BEGIN
      for (const { hour, awayHours, killed } of chosen.toSorted((a, b) => a.hour - b.hour)) {
        const at = START + hour * HOUR
        if (at <= free) continue
        stops.push({ at, awayHours, killed })
        free = at + awayHours * HOUR
      }
      const parts = await live(stops)
      expect(parts.state).toEqual(whole.state)
      for (const [bar, scores] of parts.decided) expect([bar, scores]).toEqual([bar, whole.decided.get(bar)])
    }),
    { numRuns: RUNS },
  )
})
