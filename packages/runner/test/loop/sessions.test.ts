import type { Bar, Instrument, TradingSession } from '@portolan/core'
import {
  decimalFromNumber,
  defaultPmConfig,
  FRICTIONLESS_SIZING,
  instrumentId,
  parseDecimal,
  TIMEFRAME_MS,
  universalModels,
  venueKey,
} from '@portolan/core'
import { expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run-backtest.ts'
import type { RecordedBar } from '../../src/history/csv-bars.ts'
import { PastLoop } from '../../src/history/past-loop.ts'
import type { TradingVenue } from '../../src/loop/trading-venue.ts'

const HOUR = TIMEFRAME_MS['1h']
const DAY = TIMEFRAME_MS['1d']
const MONDAY = Date.UTC(2025, 0, 6)
const ACME = instrumentId('ACME')
const KEY = venueKey({ tokenChain: 'acme', bookId: 'stocks' })
/** From 14:00 to 20:00 UTC. */
const sessionOf = (day: number): TradingSession => ({
  open: MONDAY + day * DAY + 14 * HOUR,
  close: MONDAY + day * DAY + 20 * HOUR,
})

function stock(sessions: readonly TradingSession[] | null): Instrument {
  const instrument: Instrument = {
    id: ACME,
    base: 'ACME',
    quote: 'USD',
    status: 'trading',
    sizing: FRICTIONLESS_SIZING,
    fees: { takerBps: 0, makerBps: 0 },
    marketCapUsd: null,
  }
  return sessions === null ? instrument : { ...instrument, sessions }
}

function bar(ts: number, price = 100): RecordedBar {
  return {
    ts,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price,
    volume: 1,
    openPrice: decimalFromNumber(price),
  }
}

/** What the portfolio manager is given when these bars are played. */
async function played(sessions: readonly TradingSession[] | null, bars: readonly RecordedBar[]): Promise<Bar[]> {
  const seen: Bar[] = []
  const models = {
    ...universalModels,
    signals: {
      ...universalModels.signals,
      advance: (...args: Parameters<typeof universalModels.signals.advance>) => {
        seen.push(args[1])
        return universalModels.signals.advance(...args)
      },
    },
  }
  const listener = { onStep: () => undefined, onFill: () => undefined, onTradeClosed: () => undefined }
  await runBacktest(
    {
      venue: { key: KEY, name: 'acme' },
      instrument: stock(sessions),
      timeframe: '1h',
      bars,
      allocationUsd: parseDecimal('1000'),
      pm: { config: defaultPmConfig, models, fixedA: null, fixedE: null },
      frictionless: true,
      slippageBps: 0,
      startingCash: null,
    },
    { ...listener, onUnfilled: () => undefined },
  )
  return seen
}

const day = (index: number, hours = [14, 15, 16, 17, 18, 19]) =>
  hours.map((hour) => bar(MONDAY + index * DAY + hour * HOUR, 100 + index))

it('the bars of a market with hours: none while it is closed, the first of a session gap-marked, a hole in a session filled', async () => {
  const sessions = [0, 1, 4].map(sessionOf)
  const bars = await played(sessions, [...day(0), ...day(1, [14, 15, 18, 19]), ...day(4)])
  expect(bars).toHaveLength(18)
  const marked = bars.filter((each) => each.gapMarked === true).map(({ ts }) => ts)
  expect(marked).toEqual(sessions.map(({ open }) => open))
  expect(bars.filter(({ origin }) => origin === 'filled').map(({ ts }) => ts)).toEqual(
    [16, 17].map((hour) => MONDAY + DAY + hour * HOUR),
  )
})

it('without hours every hole is filled and nothing is gap-marked', async () => {
  const bars = await played(null, [...day(0), ...day(1)])
  expect(bars).toHaveLength(30)
  expect(bars.filter((each) => each.gapMarked === true)).toEqual([])
})

it('hours that the venue changes while it runs count from then on', async () => {
  const seen: Bar[] = []
  let venue: TradingVenue | null = null
  await using loop = new PastLoop({
    mode: 'backtest',
    startAt: sessionOf(0).open,
    historyBars: 1,
    scopeOf: () => 'test',
    pm: { config: defaultPmConfig, models: universalModels, fixedA: null, fixedE: null, learning: false },
    majors: null,
    positions: [
      {
        key: { scope: 'test', venue: KEY, label: 'default', instrument: ACME, timeframe: '1h' },
        allocationUsd: parseDecimal('1000'),
        listener: {
          onStep: (step) => void seen.push(step.bar),
          onFill: () => undefined,
          onTradeClosed: () => undefined,
          onUnfilled: () => undefined,
        },
      },
    ],
    venues: (make) => {
      const made = make({
        key: KEY,
        label: 'default',
        name: 'acme',
        network: { name: 'past', simulated: true },
        source: 'past',
        delivers: { trades: false, bars: ['1h'] },
        instruments: [stock([sessionOf(0)])],
        account: null,
      })
      venue = made
      return {
        all: [made],
        forPosition: () => ({ execution: made, data: made }),
        dataOf: () => ({ problem: 'no majors' }),
      }
    },
  })
  await loop.start()
  await loop.engine.idle()
  const play = async (bars: readonly RecordedBar[]) => {
    for (const each of bars) {
      await loop.clock.advanceTo(each.ts + HOUR)
      if (venue !== null) {
        loop.deliver(venue, { type: 'bars', instrument: ACME, feeds: ['trading'], timeframe: '1h', bars: [each] })
      }
      await loop.closeBars()
    }
  }
  await play(day(0))
  if (venue !== null) {
    loop.deliver(venue, { type: 'instrument-changed', instrument: stock([sessionOf(0), sessionOf(1)]) })
  }
  await play(day(1))
  expect(seen.map(({ ts, gapMarked }) => [ts, gapMarked === true])).toEqual(
    [...day(0), ...day(1)].map(({ ts }) => [ts, ts === sessionOf(0).open || ts === sessionOf(1).open]),
  )
})
