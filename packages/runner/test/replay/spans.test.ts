import type { Trade } from '@portolan/core'
import { parseDecimal, SessionCalendar, TIMEFRAME_MS } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { PlayedSeries } from '../../src/replay/played-series.ts'
import { recordedSpans } from '../../src/replay/recorded-spans.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { SOURCE, VENUE } from './paper-session.ts'
import { BTC } from './replaying.ts'
import { BEGIN, MINUTE } from './synthetic-market.ts'

const HOUR = TIMEFRAME_MS['1h']
const DAY = TIMEFRAME_MS['1d']
const ref = { venue: VENUE, source: SOURCE, feed: 'trading', instrument: BTC } as const
const minutes: PlayedSeries = { ref, base: '1m', unit: '1m', trades: true, calendar: null }
const hours: PlayedSeries = { ...minutes, unit: '1h' }

const bar = (ts: number) => ({ ts, open: 1, high: 1, low: 1, close: 1, volume: 1 })
const bars = (from: number, to: number, length: number) =>
  Array.from({ length: (to - from) / length }, (_, index) => bar(from + index * length))
const trade = (ts: number): Trade => ({
  id: String(ts),
  ts,
  price: parseDecimal('1'),
  quantity: parseDecimal('1'),
  side: null,
})

/** Spans in ms since the beginning. */
async function spansOf(
  series: PlayedSeries,
  recorded: {
    readonly minutes?: ReturnType<typeof bars>
    readonly hours?: ReturnType<typeof bars>
    readonly trades?: Trade[]
  },
  from = BEGIN,
  to = BEGIN + 60 * DAY,
) {
  await using store = createMemoryStore()
  await store.saveBars(ref, '1m', recorded.minutes ?? [])
  await store.saveBars(ref, '1h', recorded.hours ?? [])
  await store.saveTrades(ref, recorded.trades ?? [])
  const spans = await recordedSpans(store, series, from, to)
  return spans.map((span) => [span.from - BEGIN, span.to - BEGIN])
}

describe('where a series was recorded', () => {
  it('is nowhere when nothing was', async () => {
    expect(await spansOf(minutes, {})).toEqual([])
  })

  it('is from the first bar to the last, with short silences and without long ones', async () => {
    const recorded = [
      ...bars(BEGIN, BEGIN + 2 * HOUR, MINUTE),
      ...bars(BEGIN + 2 * HOUR + 50 * MINUTE, BEGIN + 4 * HOUR, MINUTE),
      ...bars(BEGIN + 20 * DAY, BEGIN + 20 * DAY + HOUR, MINUTE),
    ]
    expect(await spansOf(minutes, { minutes: recorded })).toEqual([
      [0, 4 * HOUR],
      [20 * DAY, 20 * DAY + HOUR],
    ])
  })

  it('goes on to the last trade where the runner was not there to close the bar', async () => {
    const recorded = { minutes: bars(BEGIN, BEGIN + HOUR, MINUTE), trades: [trade(BEGIN + HOUR + 90_500)] }
    expect(await spansOf(minutes, recorded)).toEqual([[0, HOUR + 90_501]])
  })

  it('begins with the bar of the first trade', async () => {
    const trades = [trade(BEGIN + 5 * MINUTE + 17), trade(BEGIN + 6 * MINUTE)]
    expect(await spansOf(minutes, { trades })).toEqual([[5 * MINUTE, 6 * MINUTE + 1]])
  })

  it('counts bars of the unit where there are none of the base', async () => {
    const recorded = {
      hours: bars(BEGIN, BEGIN + 30 * HOUR, HOUR),
      minutes: bars(BEGIN + 30 * HOUR, BEGIN + 31 * HOUR, MINUTE),
    }
    expect(await spansOf(hours, recorded)).toEqual([[0, 31 * HOUR]])
    expect(await spansOf(minutes, recorded)).toEqual([[30 * HOUR, 31 * HOUR]])
  })

  it('stays within what is asked for', async () => {
    const recorded = { minutes: bars(BEGIN, BEGIN + HOUR, MINUTE) }
    const [from, to] = [BEGIN + 10 * MINUTE, BEGIN + 20 * MINUTE]
    expect(await spansOf(minutes, recorded, from, to)).toEqual([[10 * MINUTE, 20 * MINUTE]])
  })

  it('is not interrupted while the market is closed', async () => {
    const calendar = new SessionCalendar(
      [0, 1, 4].map((day) => ({ from: BEGIN + day * DAY, to: BEGIN + day * DAY + 6 * HOUR })),
    )
    const recorded = {
      minutes: [0, 1, 4].flatMap((day) => bars(BEGIN + day * DAY, BEGIN + day * DAY + 6 * HOUR, MINUTE)),
    }
    expect(await spansOf({ ...minutes, calendar }, recorded)).toEqual([[0, 4 * DAY + 6 * HOUR]])
    expect(await spansOf(minutes, recorded)).toHaveLength(3)
  })

  it('is found however late it is', async () => {
    const late = BEGIN + 20_000 * DAY
    const recorded = { minutes: bars(late, late + HOUR, MINUTE) }
    expect(await spansOf(minutes, recorded, 0, 8.64e15)).toEqual([[20_000 * DAY, 20_000 * DAY + HOUR]])
  })
})
