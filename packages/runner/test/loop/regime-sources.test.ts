import type { Bar } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { RegimeSources } from '../../src/loop/regime-sources.ts'
import { NO_SOURCES } from '../../src/loop/regime-sources.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { HOUR } from '../store/behaviour/samples.ts'
import { addHourly, HourlyLoop, hours, PERPS, SCOPE, SPOT, START } from './hourly-loop.ts'

const COUNT = 420
const END = START + COUNT * HOUR

function recorded(bars: readonly Bar[]): RegimeSources {
  return { ...NO_SOURCES, drivers: { usdt_dominance: [{ kind: 'recorded', timeframe: '1h', bars: () => bars }] } }
}

function scaled({ ts, open, high, low, close, volume }: Bar, by: number): Bar {
  return { ts, open: open * by, high: high * by, low: low * by, close: close * by, volume }
}

function drivers(of: readonly { readonly driver: string; readonly timeframe: string }[]): string[] {
  return of.map(({ driver, timeframe }) => `${driver} ${timeframe}`)
}

async function scoresWith(regime: RegimeSources) {
  const store = createMemoryStore()
  await addHourly(store, PERPS, 'BTC')
  await using loop = new HourlyLoop({ store, markets: new Map([[PERPS, { BTC: hours(COUNT) }]]), regime })
  await loop.start()
  await loop.playUntil(END)
  return loop.scores()
}

describe('the sources of the regime', () => {
  it('read recorded bars up to now only, whatever comes after', async () => {
    const split = COUNT - 60
    const bars = hours(COUNT + 100, 3)
    const crash = bars.map((bar, index) => scaled(bar, index < split ? 1 : 0.98 ** (index - split)))
    const [a, b] = [await scoresWith(recorded(bars)), await scoresWith(recorded(crash))]
    expect(a.slice(0, split)).toEqual(b.slice(0, split))
    expect(a).not.toEqual(b)
    // The bar that ended with the position's own is read, none later.
    expect(a.at(-1)?.contributions).toMatchObject([{ driver: 'usdt_dominance', timeframe: 'micro', barTs: END - HOUR }])
  })

  it('that are missing or dead contribute nothing and are all named', async () => {
    const scores = await scoresWith(recorded(hours(COUNT - 20, 3)))
    const last = scores.at(-1)
    expect(last).toMatchObject({ A: 0.5, E: 0.5, contributions: [], bucket: null })
    expect(last?.missing).toHaveLength(15)
    expect(last?.missing.find(({ reason }) => reason === 'stale')).toMatchObject({ driver: 'usdt_dominance' })
    expect(scores.at(-25)?.missing).toHaveLength(14)
  })

  it('of another venue and of the bucket move a token by its market cap; without one the bucket is missing', async () => {
    const venueSource = (token: string) =>
      ({ kind: 'venue', key: SPOT, label: null, token: instrumentId(token) }) as const
    const regime: RegimeSources = {
      drivers: { btc_dominance: [venueSource('DOM')] },
      buckets: { mid: [venueSource('X'), venueSource('Y')] },
      marketCaps: new Map([['BTC', 1e9]]),
    }
    const store = createMemoryStore()
    await addHourly(store, PERPS, 'BTC')
    await addHourly(store, PERPS, 'ETH')
    const spot = { DOM: hours(COUNT, 3), X: hours(COUNT, 4), Y: hours(COUNT, 5) }
    const markets = new Map<typeof PERPS, Readonly<Record<string, readonly Bar[]>>>([
      [PERPS, { BTC: hours(COUNT), ETH: hours(COUNT, 2) }],
      [SPOT, spot],
    ])
    const majors = { key: PERPS, label: null, symbols: ['BTC', 'ETH'].map(instrumentId) }
    await using loop = new HourlyLoop({ store, markets, regime, majors })
    await loop.start()
    await loop.playUntil(END)
    const last = (token: string) => {
      const index = loop.steps.findLastIndex(({ row }) => row.instrument === token)
      return loop.scores()[index]
    }
    expect(last('BTC')?.bucket).toBe('mid')
    const shared = ['btc micro', 'alt micro', 'btc_dominance micro']
    expect(drivers(last('BTC')?.contributions ?? []).sort()).toEqual([...shared, 'bucket micro'].sort())
    expect(last('ETH')?.bucket).toBeNull()
    expect(drivers(last('ETH')?.contributions ?? []).sort()).toEqual([...shared].sort())
    expect(drivers(last('ETH')?.missing ?? [])).toContain('bucket micro')
  })

  it('intent deltas count on their token until they expire', async () => {
    const store = createMemoryStore()
    await addHourly(store, PERPS, 'BTC')
    await addHourly(store, PERPS, 'ETH')
    const markets = new Map([[PERPS, { BTC: hours(20), ETH: hours(20, 2) }]])
    await using loop = new HourlyLoop({ store, markets })
    await loop.start()
    await loop.playUntil(START + 5 * HOUR)
    await store.setIntentDelta({
      scope: SCOPE,
      venue: PERPS,
      instrument: instrumentId('BTC'),
      intentA: 0.25,
      intentE: -5,
      expiresAt: START + 10 * HOUR,
      reason: null,
    })
    await loop.engine.readIntentDeltas()
    await loop.playUntil(START + 15 * HOUR)
    const all = loop.scores()
    const of = (token: string) => all.filter((_, index) => loop.steps[index]?.row.instrument === token)
    const btc = of('BTC').map(({ intentA, A, E }) => [intentA, A, E])
    expect(btc.slice(0, 5)).toEqual(Array(5).fill([0, 0.5, 0.5]))
    expect(btc.slice(5, 9)).toEqual(Array(4).fill([0.25, 0.75, 0]))
    expect(btc.slice(9)).toEqual(Array(6).fill([0, 0.5, 0.5]))
    expect(of('ETH').every(({ A, E }) => A === 0.5 && E === 0.5)).toBe(true)
  })
})
