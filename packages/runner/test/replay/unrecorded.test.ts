import type { Bar, InstrumentId, Timeframe } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { planReplay } from '../../src/replay/plan-replay.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { SOURCE, VENUE } from './paper-session.ts'
import { BTC, ETH, replayed, replayRequest, SOL } from './replaying.ts'
import { BEGIN, MINUTE, SyntheticMarket } from './synthetic-market.ts'

const HOUR = TIMEFRAME_MS['1h']
const DAY = TIMEFRAME_MS['1d']
const market = new SyntheticMarket(['BTC', 'ETH', 'SOL'], { minutes: 20 * 1440, seed: 38 })
const ref = (instrument: InstrumentId, feed: 'trading' | 'majors' = 'trading') =>
  ({ venue: VENUE, source: SOURCE, feed, instrument }) as const

/** As a runner records them: bars of a timeframe that its market closed. */
async function recordBars(store: Store, of: InstrumentId, timeframe: Timeframe, from: number, to: number) {
  await store.saveBars(ref(of), timeframe, market.bars(of, timeframe, from, to))
}

const withoutOrigin = ({ ts, open, high, low, close, volume }: Bar) => ({ ts, open, high, low, close, volume })

describe('a replay of what was recorded in part', () => {
  it('plays the bars of the timeframe where no finer ones were recorded, and goes over to trades', async () => {
    await using store = createMemoryStore()
    const turn = BEGIN + 18 * DAY + 5 * HOUR + 37 * MINUTE
    const end = BEGIN + 18 * DAY + 9 * HOUR
    // Back-filled by the hour, then followed: from the middle of an hour of which the venue gave the whole bar.
    await recordBars(store, SOL, '1h', BEGIN, end)
    await recordBars(store, SOL, '1m', turn, end)
    await store.saveTrades(ref(SOL), market.trades(SOL, turn, end))
    const from = BEGIN + 16 * DAY
    const { steps, plan } = await replayed(
      replayRequest(market, store, [{ instrument: SOL, timeframe: '1h' }], { from, to: end, majors: null }),
    )
    expect(plan.notices).toEqual([])
    // The bar that ends when the replay begins is decided on as well.
    const expected = market.bars(SOL, '1h', from - HOUR, end).map(withoutOrigin)
    expect(steps.map((step) => rounded(withoutOrigin(step.bar)))).toEqual(expected.map(rounded))
    expect(steps.every((step) => step.signals !== null)).toBe(true)
  })

  it('begins with the finest timeframe of a token, and gives the others what closed before', async () => {
    await using store = createMemoryStore()
    const end = BEGIN + 18 * DAY
    await recordBars(store, SOL, '1h', BEGIN, end)
    await recordBars(store, SOL, '1m', end - 12 * HOUR, end)
    const positions = (['1m', '1h'] as const).map((timeframe) => ({ instrument: SOL, timeframe }))
    const request = replayRequest(market, store, positions, { from: end - DAY, to: end, majors: null })
    const { plan, steps } = await replayed(request)
    expect(plan.range.from).toBe(end - 12 * HOUR)
    expect(steps.filter((step) => step.signals !== null && step.bar.ts % HOUR === 0).length).toBeGreaterThanOrEqual(12)
  })

  it.each([
    ['15m', '1m'],
    ['4h', '1h'],
  ] as const)('makes bars of %s, which nobody followed, from those of %s', async (wanted, recorded) => {
    await using store = createMemoryStore()
    const [from, end] = [BEGIN + 19 * DAY, BEGIN + 19 * DAY + 8 * HOUR]
    await recordBars(store, SOL, recorded, BEGIN, end)
    const { steps } = await replayed(
      replayRequest(market, store, [{ instrument: SOL, timeframe: wanted }], { from, to: end, majors: null }),
    )
    const expected = market.bars(SOL, wanted, from - TIMEFRAME_MS[wanted], end).map(withoutOrigin)
    expect(steps.map((step) => rounded(withoutOrigin(step.bar)))).toEqual(expected.map(rounded))
  })

  it('stands still while nothing was recorded, and goes on as after an outage', async () => {
    await using store = createMemoryStore()
    const [first, second] = [BEGIN + 2 * DAY, BEGIN + 6 * DAY]
    for (const from of [first, second]) {
      await recordBars(store, SOL, '1m', from, from + 9 * HOUR)
      await store.saveTrades(ref(SOL), market.trades(SOL, from, from + 9 * HOUR))
    }
    const request = replayRequest(market, store, [{ instrument: SOL, timeframe: '1m' }], {
      from: first,
      to: second + DAY,
      majors: null,
    })
    const { plan, steps } = await replayed(request)
    expect(plan.notices).toEqual([
      'acme/spot SOL 1m stands still from 2026-01-07 09:00:00 to 2026-01-11 00:00:00 UTC: nothing of it was recorded',
    ])
    expect(plan.range).toEqual({ from: first, to: second + 9 * HOUR })
    const decided = steps.map((step) => step.bar.ts)
    // Of four days that nobody saw: what was waited for when they began, and what is newest when they are over.
    expect(decided.filter((ts) => ts >= first + 9 * HOUR && ts < second)).toEqual([first + 9 * HOUR, second - MINUTE])
    expect(decided.filter((ts) => ts >= second)).toHaveLength(9 * 60)
  })

  it('passes over the hours in which a market was closed, and marks where a session begins', async () => {
    await using store = createMemoryStore()
    const sessions = Array.from({ length: 10 }, (_, day) => ({
      open: BEGIN + day * DAY + 9 * HOUR + 30 * MINUTE,
      close: BEGIN + day * DAY + 16 * HOUR,
    }))
    for (const { open, close } of sessions) {
      await recordBars(store, SOL, '1m', open, close)
      await store.saveTrades(ref(SOL), market.trades(SOL, open, close))
    }
    const [from, to] = [BEGIN + 4 * DAY, BEGIN + 6 * DAY]
    const asked = replayRequest(market, store, [{ instrument: SOL, timeframe: '1h' }], { from, to, majors: null })
    const positions = asked.positions.map((position) => {
      const instruments = position.data.instruments.map((instrument) => ({ ...instrument, sessions }))
      const data = { ...position.data, instruments }
      return { ...position, data, execution: data }
    })
    const { plan, steps } = await replayed({ ...asked, positions })
    expect(plan.notices).toEqual([])
    const hours = [9, 10, 11, 12, 13, 14, 15]
    const played = steps.map((step) => step.bar).filter((bar) => bar.ts >= from)
    expect(played.map((bar) => bar.ts)).toEqual(
      [4, 5].flatMap((day) => hours.map((hour) => BEGIN + day * DAY + hour * HOUR)),
    )
    expect(played.filter((bar) => bar.gapMarked === true).map((bar) => (bar.ts - BEGIN) % DAY)).toEqual([
      9 * HOUR,
      9 * HOUR,
    ])
  })

  it('leaves out what was not recorded and goes on with the rest; one series that ends holds no other back', async () => {
    await using store = createMemoryStore()
    const [from, end] = [BEGIN + 3 * DAY, BEGIN + 3 * DAY + 3 * HOUR]
    await recordBars(store, SOL, '1m', BEGIN + 2 * DAY, end)
    await recordBars(store, BTC, '1m', BEGIN + 2 * DAY, end - HOUR)
    const positions = [SOL, BTC, ETH].map((instrument) => ({ instrument, timeframe: '1m' as const }))
    const { plan, decisions } = await replayed(replayRequest(market, store, positions, { from, to: end, majors: null }))
    expect(plan.notices).toEqual([
      'acme/spot ETH 1m is left out: nothing of it was recorded in that time',
      'acme/spot BTC 1m ends at 2026-01-08 02:00:00 UTC: nothing of it was recorded later',
    ])
    const counted = (token: string) => [...decisions.keys()].filter((bar) => bar.startsWith(token)).length
    expect([counted('SOL'), counted('BTC'), counted('ETH')]).toEqual([181, 121, 0])
  })

  it('warms up with what came after the last long silence only', async () => {
    await using store = createMemoryStore()
    const from = BEGIN + 10 * DAY
    await recordBars(store, SOL, '1m', BEGIN, BEGIN + DAY)
    await recordBars(store, SOL, '1m', from - 5 * HOUR, from + HOUR)
    const { steps } = await replayed(
      replayRequest(market, store, [{ instrument: SOL, timeframe: '1m' }], { from, to: from + HOUR, majors: null }),
    )
    // The 350th of the bars that follow each other.
    const evaluated = steps.filter((step) => step.signals !== null)
    expect(evaluated[0]?.bar.ts).toBe(from - 5 * HOUR + 349 * MINUTE)
  })

  it('reads the regime from longer bars where shorter ones do not reach back, and says so', async () => {
    await using store = createMemoryStore()
    const [from, end] = [BEGIN + 17 * DAY, BEGIN + 18 * DAY]
    await recordBars(store, SOL, '1h', BEGIN, end)
    for (const major of [BTC, ETH]) {
      await store.saveBars(ref(major, 'majors'), '1h', market.bars(major, '1h', BEGIN, end))
      await store.saveBars(ref(major, 'majors'), '1m', market.bars(major, '1m', end - HOUR, end))
    }
    const plan = await planReplay(
      replayRequest(market, store, [{ instrument: SOL, timeframe: '1h' }], { from, to: end }),
    )
    expect(plan.regime.map(({ base }) => base)).toEqual(['1h'])
    expect(plan.notices).toEqual([
      'The regime is read from 1h bars on: finer ones of the majors were not recorded in all that time',
    ])
  })
})

describe('a replay of what was never recorded', () => {
  it('is refused in one message that tells what there is instead', async () => {
    await using store = createMemoryStore()
    await recordBars(store, SOL, '1m', BEGIN, BEGIN + HOUR)
    const positions = [SOL, BTC].map((instrument) => ({ instrument, timeframe: '1m' as const }))
    const planning = planReplay(replayRequest(market, store, positions, { from: BEGIN + DAY, to: BEGIN + 2 * DAY }))
    await expect(planning).rejects.toMatchObject({
      code: 'no-recording',
      message:
        'Nothing of SOL 1m, BTC 1m was recorded from 2026-01-06 00:00:00 UTC to 2026-01-07 00:00:00 UTC:\n' +
        '  acme/spot SOL 1m was recorded from 2026-01-05 00:00:00 to 2026-01-05 01:00:00 UTC',
    })
  })

  it('ends with the error of a database that does not answer any more', async () => {
    await using store = createMemoryStore()
    await recordBars(store, SOL, '1m', BEGIN, BEGIN + DAY)
    const request = replayRequest(market, store, [{ instrument: SOL, timeframe: '1m' }], {
      from: BEGIN + 12 * HOUR,
      to: BEGIN + DAY,
      majors: null,
    })
    const { recording } = request
    let reads = 0
    const broken = {
      ...recording,
      bars: (query: Parameters<typeof recording.bars>[0]) => {
        reads += 1
        return reads > 1 ? Promise.reject(new Error('the connection is gone')) : recording.bars(query)
      },
    }
    await expect(replayed({ ...request, recording: broken })).rejects.toThrow('the connection is gone')
  })
})

/** Sums of floats depend on their order. */
function rounded(bar: Omit<Bar, 'origin' | 'gapMarked'>) {
  return { ...bar, volume: Number(bar.volume.toFixed(6)) }
}
