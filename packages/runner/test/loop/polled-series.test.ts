import type { Bar, ClosedBar, DataSource, Timeframe, Trade } from '@portolan/core'
import { instrumentId, parseDecimal, parseVenueKey } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { SeriesFeed } from '../../src/loop/series-feed.ts'
import { VirtualClock } from '../../src/services/index.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 15)
const GRACE = 2000
const minute = (n: number): number => START + n * MINUTE
const bar = (n: number): Bar => ({ ts: minute(n), open: 1, high: 2, low: 1, close: 2, volume: 5 })
const trade = (ts: number): Trade => ({
  id: String(ts),
  ts,
  price: parseDecimal('7'),
  quantity: parseDecimal('1'),
  side: 'buy',
})
const polled = (completeUntil: number): DataSource => ({
  kind: 'poll',
  name: 'candleSnapshot',
  everyMs: MINUTE,
  completeUntil,
})
const STREAM: DataSource = { kind: 'stream', name: 'trades' }

/** A series whose history is whatever bars there are. */
function unseeded(clock = new VirtualClock(START)) {
  const reads: [from: number, to: number][] = []
  const history = (_: Timeframe, from: number, to: number): Promise<readonly Bar[]> => {
    reads.push([from, to])
    const bars = Array.from({ length: 60 }, (_each, n) => bar(n))
    return Promise.resolve(bars.filter(({ ts }) => ts >= from && ts < to))
  }
  const feed = new SeriesFeed(
    { venue: parseVenueKey('acme/perps'), source: 'acme', feed: 'trading', instrument: instrumentId('X') },
    '1m',
    ['1m'],
    {
      clock,
      logger: silentLogger,
      signal: new AbortController().signal,
      graceMs: GRACE,
      source: STREAM,
      history: () => history,
      onRepaired: () => undefined,
      onLateGap: () => undefined,
    },
  )
  return { clock, feed, reads }
}

async function seeded() {
  const { clock, feed, reads } = unseeded()
  feed.onStatus({ kind: 'live' }, START)
  await feed.seed(new Map())
  reads.length = 0
  return { clock, feed, reads }
}

const origins = (closed: readonly ClosedBar[]) => closed.map((each) => [each.bar.ts, each.bar.origin])

describe('a series whose closed bars are polled', () => {
  it('closes what was read, as it was read, and invents nothing before the next reading', async () => {
    const { feed, reads } = await seeded()
    feed.onStatus({ kind: 'stale', since: minute(1) }, minute(1), polled(minute(1)))
    expect(feed.takesTrades).toBe(false)
    expect(feed.close(minute(5) + GRACE)).toEqual([])
    feed.addBars('1m', [bar(1), bar(3)])
    feed.onStatus({ kind: 'live' }, minute(5), polled(minute(4)))
    // Nothing traded in the third minute: the reading says so.
    expect(origins(feed.close(minute(5) + GRACE))).toEqual([
      [minute(1), 'traded'],
      [minute(2), 'filled'],
      [minute(3), 'traded'],
    ])
    expect(feed.close(minute(9))).toEqual([])
    expect(reads).toEqual([])
    expect(feed.source).toMatchObject({ kind: 'poll', everyMs: MINUTE })
  })

  it('is back-filled for the time between the last reading and the stream', async () => {
    const { feed, reads, clock } = await seeded()
    feed.onStatus({ kind: 'live' }, minute(1), polled(minute(1)))
    feed.onStatus({ kind: 'gap', from: minute(1), to: minute(2) + 500 }, minute(2) + 500, STREAM)
    feed.onStatus({ kind: 'live' }, minute(2) + 500, STREAM)
    expect(feed.takesTrades).toBe(true)
    expect(feed.incomplete).toBe(true)
    feed.addTrades([trade(minute(2) + 600), trade(minute(3) + 1)])
    await clock.advanceTo(minute(3) + GRACE)
    feed.close(clock.now())
    await clock.advanceBy(0)
    expect(reads).toHaveLength(1)
    const closed = feed.close(clock.now())
    expect(origins(closed).slice(-2)).toEqual([
      [minute(1), 'repaired'],
      [minute(2), 'repaired'],
    ])
    expect(feed.incomplete).toBe(false)
    await clock.advanceTo(minute(4) + GRACE)
    expect(origins(feed.close(clock.now()))).toEqual([[minute(3), 'traded']])
  })
})

describe('a series that takes the place of another', () => {
  it('lives on what that one lived on, without being told again', async () => {
    const { feed, clock } = await seeded()
    feed.onStatus({ kind: 'live' }, minute(1), polled(minute(1)))
    await clock.advanceTo(minute(1) + 30_000)
    const { feed: wider } = unseeded(clock)
    wider.standInFor(feed)
    expect([wider.status, wider.source, wider.takesTrades]).toEqual(['live', feed.source, false])
    await wider.seed(new Map())
    wider.addBars('1m', [bar(1)])
    wider.onStatus({ kind: 'live' }, minute(2), polled(minute(2)))
    expect(origins(wider.close(minute(2) + GRACE)).at(-1)).toEqual([minute(1), 'traded'])
  })

  it('waits as long as that one waits', () => {
    const { feed: other } = unseeded()
    const { feed } = unseeded()
    feed.standInFor(other)
    expect(feed.status).toBe('waiting')
  })
})

describe('a gap in the running bar', () => {
  it('leaves the series incomplete from the moment it is known until the bar was had from history', async () => {
    const { feed, clock } = await seeded()
    feed.addTrades([trade(START + 1000)])
    feed.onStatus({ kind: 'gap', from: START + 1000, to: START + 9000 }, START + 9000)
    feed.onStatus({ kind: 'live' }, START + 9000)
    expect(feed.incomplete).toBe(true)
    await clock.advanceTo(minute(1) + GRACE)
    feed.close(clock.now())
    await clock.advanceBy(0)
    expect(origins(feed.close(clock.now()))).toEqual([[minute(0), 'repaired']])
    expect(feed.incomplete).toBe(false)
  })
})
