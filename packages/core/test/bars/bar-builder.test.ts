import { describe, expect, it } from 'vitest'
import type { BarBuilderOptions } from '../../src/bars/index.ts'
import { BarBuilder } from '../../src/bars/index.ts'
import { bar, catchUp, HOUR, MINUTE, START, show, trade } from './series.ts'

const started = (options: Partial<BarBuilderOptions> = {}, at = START) => {
  const builder = new BarBuilder({ timeframes: ['1m'], graceMs: 0, ...options })
  builder.startAt(at)
  return builder
}

describe('closing', () => {
  it('waits until the end has passed and the grace is over', () => {
    const builder = started({ graceMs: 2_000 })
    builder.addTrades([trade(START + 5_000, 100)])
    expect(builder.nextCloseAt).toBe(START + MINUTE + 2_000)
    expect(builder.closeUntil(START + MINUTE + 1_999)).toEqual([])
    expect(show(builder.closeUntil(START + MINUTE + 2_000))).toEqual(['1m +0 100/100/100/100 v1 traded'])
    expect(builder.closeUntil(START + MINUTE + 2_000)).toEqual([])
  })

  it('gives a trade on the boundary to the later bar', () => {
    const builder = started()
    builder.addTrades([trade(START, 100), trade(START + MINUTE, 200)])
    expect(show(builder.closeUntil(START + MINUTE))).toEqual(['1m +0 100/100/100/100 v1 traded'])
  })

  it('takes the first of equally early trades as open and the last of equally late ones as close', () => {
    const builder = started()
    builder.addTrades([
      trade(START + 10, 3),
      trade(START + 5, 1),
      trade(START + 5, 2),
      trade(START + 10, 4),
      trade(START + 7, 9),
    ])
    expect(show(builder.closeUntil(START + MINUTE))).toEqual(['1m +0 1/9/1/4 v5 traded'])
  })

  it('never reopens a bar: late trades are counted and dropped', () => {
    const builder = started()
    builder.addTrades([trade(START, 100)])
    builder.closeUntil(START + MINUTE)
    builder.addTrades([trade(START + 59_999, 500), trade(START + MINUTE, 101)])
    expect(show(builder.closeUntil(START + 2 * MINUTE))).toEqual(['1m +1 101/101/101/101 v1 traded'])
    expect(builder.counters).toEqual({ late: 1, duplicates: 0, outsideSession: 0, closedInGap: 0 })
  })

  it('fills what had no trade while the feed was up, and has no bar before the first price', () => {
    const builder = started()
    builder.addTrades([trade(START + MINUTE, 100, 3)])
    expect(show(builder.closeUntil(START + 3 * MINUTE))).toEqual([
      '1m +1 100/100/100/100 v3 traded',
      '1m +2 100/100/100/100 v0 filled',
    ])
  })

  it('does nothing before the start', () => {
    const builder = new BarBuilder({ timeframes: ['1m'], graceMs: 0 })
    expect(builder.closeUntil(START)).toEqual([])
    expect(builder.missing(START)).toEqual([])
    expect(builder.nextCloseAt).toBeNull()
  })
})

describe('a feed that begins within a minute', () => {
  it('has its first bar from history, not from a part of its trades', () => {
    const builder = started({}, START + 20_000)
    builder.addTrades([trade(START + 30_000, 100), trade(START + MINUTE, 101)])
    const now = START + 2 * MINUTE
    expect(builder.closeUntil(now)).toEqual([])
    expect(builder.missing(START + 59_999)).toEqual([])
    expect(builder.missing(now)).toEqual([{ timeframe: '1m', from: START, to: START + MINUTE }])
    expect(builder.repair('1m', [bar(START, 90, 7), bar(START + MINUTE, 1)])).toBe(1)
    expect(show(builder.closeUntil(now))).toEqual(['1m +0 90/92/88/91 v7 repaired', '1m +1 101/101/101/101 v1 traded'])
  })

  it('uses the trades that it saw when the venue has nothing', () => {
    const builder = started({}, START + 20_000)
    builder.addTrades([trade(START + 30_000, 100)])
    expect(show(catchUp(builder, START + MINUTE, {}))).toEqual(['1m +0 100/100/100/100 v1 repaired'])
  })

  it('starts by itself with the earliest trade of the first batch', () => {
    const builder = new BarBuilder({ timeframes: ['1m'], graceMs: 0 })
    builder.addTrades([trade(START + MINUTE, 101), trade(START, 100)])
    expect(show(builder.closeUntil(START + 2 * MINUTE))).toEqual([
      '1m +0 100/100/100/100 v1 traded',
      '1m +1 101/101/101/101 v1 traded',
    ])
  })
})

describe('a gap', () => {
  it('holds back what is later, also over a restart, and lets it go in order', () => {
    let builder = started({ timeframes: ['1m', '5m'] })
    builder.addTrades([trade(START, 100), trade(START + 2 * MINUTE, 120)])
    builder.onStatus({ kind: 'gap', from: START + 70_000, to: START + 80_000 })
    expect(show(builder.closeUntil(START + 5 * MINUTE))).toEqual(['1m +0 100/100/100/100 v1 traded'])
    builder = new BarBuilder({ timeframes: ['1m', '5m'], graceMs: 0 }, JSON.parse(JSON.stringify(builder.snapshot())))
    builder.addTrades([trade(START + 5 * MINUTE, 130)])
    expect(builder.closeUntil(START + 6 * MINUTE)).toEqual([])
    expect(builder.repair('1m', [bar(START + MINUTE, 110)])).toBe(1)
    expect(show(builder.closeUntil(START + 6 * MINUTE))).toEqual([
      '1m +1 110/112/108/111 v1 repaired',
      '1m +2 120/120/120/120 v1 traded',
      '1m +3 120/120/120/120 v0 filled',
      '1m +4 120/120/120/120 v0 filled',
      '5m +0 100/120/100/120 v3 repaired',
      '1m +5 130/130/130/130 v1 traded',
    ])
  })

  it('fills a hole in history that is known to reach further back, and asks for no longer bar', () => {
    const builder = started({ timeframes: ['1m', '5m'] })
    builder.addTrades([trade(START, 100), trade(START + 4 * MINUTE, 140)])
    builder.onStatus({ kind: 'gap', from: START + MINUTE, to: START + 4 * MINUTE })
    const closed = catchUp(builder, START + 5 * MINUTE, { '1m': [bar(START, 100), bar(START + 2 * MINUTE, 120)] })
    expect(show(closed)).toEqual([
      '1m +0 100/100/100/100 v1 traded',
      '1m +1 100/100/100/100 v0 filled',
      '1m +2 120/122/118/121 v1 repaired',
      '1m +3 121/121/121/121 v0 filled',
      '1m +4 140/140/140/140 v1 traded',
      '5m +0 100/140/100/140 v3 repaired',
    ])
  })

  it('that the venue keeps in longer bars only is filled below and repaired above', () => {
    const builder = started({ timeframes: ['1m', '5m', '15m'] })
    builder.addTrades([trade(START, 100), trade(START + 10 * MINUTE, 200)])
    builder.onStatus({ kind: 'gap', from: START + MINUTE, to: START + 10 * MINUTE })
    const closed = catchUp(builder, START + 15 * MINUTE, {
      '5m': [bar(START, 100, 5), bar(START + 5 * MINUTE, 150, 5)],
    })
    const higher = closed.filter(({ timeframe }) => timeframe !== '1m')
    expect(show(higher)).toEqual([
      '5m +0 100/102/98/101 v5 repaired',
      '5m +5 150/152/148/151 v5 repaired',
      '5m +10 200/200/200/200 v1 traded',
      '15m +0 100/200/100/200 v2 traded',
    ])
    expect(show(closed.filter(({ timeframe }) => timeframe === '1m')).slice(1, 3)).toEqual([
      '1m +1 100/100/100/100 v0 filled',
      '1m +2 100/100/100/100 v0 filled',
    ])
  })

  it('known too late cannot change closed bars and is counted', () => {
    const builder = started()
    builder.addTrades([trade(START, 100)])
    builder.closeUntil(START + 3 * MINUTE)
    builder.onStatus({ kind: 'gap', from: START + 90_000, to: START + 3 * MINUTE + 1 })
    expect(builder.counters.closedInGap).toBe(2)
    expect(builder.missing(START + 4 * MINUTE)).toEqual([
      { timeframe: '1m', from: START + 3 * MINUTE, to: START + 4 * MINUTE },
    ])
  })

  it('is everything not yet closed after a restart', () => {
    const first = started()
    first.addTrades([trade(START, 100), trade(START + MINUTE, 110)])
    first.closeUntil(START + MINUTE)
    const second = new BarBuilder({ timeframes: ['1m'], graceMs: 0 }, first.snapshot())
    second.startAt(START + 3 * MINUTE + 5_000)
    expect(second.missing(START + 4 * MINUTE)).toEqual([
      { timeframe: '1m', from: START + MINUTE, to: START + 4 * MINUTE },
    ])
  })
})

describe('a stale feed', () => {
  it('holds back, and goes on with all that comes when nothing was lost', () => {
    const builder = started()
    builder.addTrades([trade(START, 100)])
    builder.onStatus({ kind: 'stale', since: START + 90_000 })
    expect(builder.closeUntil(START + 4 * MINUTE)).toHaveLength(1)
    expect(builder.missing(START + 4 * MINUTE)).toEqual([
      { timeframe: '1m', from: START + MINUTE, to: START + 4 * MINUTE },
    ])
    builder.addTrades([trade(START + 100_000, 110)])
    builder.onStatus({ kind: 'live' })
    expect(show(builder.closeUntil(START + 3 * MINUTE))).toEqual([
      '1m +1 110/110/110/110 v1 traded',
      '1m +2 110/110/110/110 v0 filled',
    ])
  })

  it('that comes back with a gap misses the gap', () => {
    const builder = started()
    builder.addTrades([trade(START, 100)])
    builder.onStatus({ kind: 'stale', since: START + 90_000 })
    builder.onStatus({ kind: 'reconnected' })
    builder.onStatus({ kind: 'gap', from: START + 1, to: START + 150_000 })
    builder.onStatus({ kind: 'live' })
    expect(builder.closeUntil(START + 5 * MINUTE)).toEqual([])
    expect(builder.missing(START + 5 * MINUTE)).toEqual([{ timeframe: '1m', from: START, to: START + 3 * MINUTE }])
  })
})

describe('history', () => {
  it('is completed, told once, and followed without a seam', () => {
    const builder = new BarBuilder({ timeframes: ['5m', '1h'], graceMs: 0 })
    builder.startAt(START + HOUR + 6 * MINUTE + 10_000)
    builder.addTrades([trade(START + HOUR + 7 * MINUTE, 500)])
    const minutes = [0, 1, 3, 4, 5, 6].map((n) => bar(START + HOUR + n * MINUTE, 100 + n))
    const known = builder.seed({ '1h': [bar(START, 50)], '1m': minutes })
    expect(show(known.filter(({ timeframe }) => timeframe !== '1m'))).toEqual([
      '1h +0 50/52/48/51 v1 traded',
      '5m +60 100/106/98/105 v4 traded',
    ])
    expect(show(known.filter(({ bar: { origin } }) => origin === 'filled'))).toEqual([
      '1m +62 102/102/102/102 v0 filled',
    ])
    // The minute in which the feed began was in the history already.
    const now = START + HOUR + 10 * MINUTE
    expect(builder.missing(now)).toEqual([])
    expect(show(builder.closeUntil(now))).toEqual([
      '1m +66 106/108/104/107 v1 repaired',
      '1m +67 500/500/500/500 v1 traded',
      '1m +68 500/500/500/500 v0 filled',
      '1m +69 500/500/500/500 v0 filled',
      '5m +65 105/500/103/500 v3 repaired',
    ])
    expect(show(builder.closeUntil(START + 2 * HOUR)).at(-1)).toBe('1h +60 100/500/98/500 v7 repaired')
  })

  it('that ends before the feed began leaves a gap', () => {
    const builder = started({}, START + 10 * MINUTE)
    builder.seed({ '1m': [bar(START, 100)] })
    expect(builder.missing(START + 10 * MINUTE)).toEqual([
      { timeframe: '1m', from: START + MINUTE, to: START + 10 * MINUTE },
    ])
  })

  it('of a longer timeframe that the shorter one does not reach is asked for', () => {
    const builder = new BarBuilder({ timeframes: ['1h'], graceMs: 0 })
    builder.seed({ '1h': [bar(START, 100)], '1m': [bar(START + 2 * HOUR + 30 * MINUTE, 200)] })
    builder.startAt(START + 2 * HOUR + 31 * MINUTE)
    const now = START + 4 * HOUR
    const venue = { '1h': [bar(START + HOUR, 110), bar(START + 2 * HOUR, 120)] }
    expect(show(catchUp(builder, now, venue)).filter((line) => line.startsWith('1h'))).toEqual([
      '1h +60 110/112/108/111 v1 repaired',
      '1h +120 120/122/118/121 v1 repaired',
      '1h +180 201/201/201/201 v0 filled',
    ])
  })

  it('is refused when it is out of order, not aligned or too late', () => {
    const builder = started()
    expect(() => builder.seed({ '1m': [bar(START, 1), bar(START - MINUTE, 1)] })).toThrow('not in order')
    expect(() => builder.seed({ '1m': [bar(START + 1, 1)] })).toThrow('1m bar opens on a multiple')
    builder.addTrades([trade(START, 100)])
    builder.closeUntil(START + MINUTE)
    expect(() => builder.seed({ '1m': [bar(START, 1)] })).toThrow('before the first bar is closed')
  })
})

describe('a venue that delivers bars', () => {
  it('has its longer bars built from them, whatever the shortest is', () => {
    const builder = new BarBuilder({ base: '1h', timeframes: ['1m', '1h', '4h', '1d'], graceMs: 0 })
    builder.addBars(Array.from({ length: 24 }, (_, n) => bar(START + n * HOUR, 100 + n)))
    const closed = show(builder.closeUntil(START + 24 * HOUR))
    expect(closed).toHaveLength(24 + 6 + 1)
    expect(closed.slice(-2)).toEqual(['4h +1200 120/125/118/124 v4 traded', '1d +0 100/125/98/124 v24 traded'])
  })

  it('has missing bars filled by the clock, and late ones dropped', () => {
    const builder = new BarBuilder({ base: '5m', timeframes: [], graceMs: 0 })
    builder.addBars([bar(START, 100)])
    expect(show(builder.closeUntil(START + 10 * MINUTE))).toEqual([
      '5m +0 100/102/98/101 v1 traded',
      '5m +5 101/101/101/101 v0 filled',
    ])
    builder.addBars([bar(START + 5 * MINUTE, 100)])
    expect(builder.counters.late).toBe(1)
    expect(() => builder.addBars([bar(START + 11 * MINUTE, 100)])).toThrow(RangeError)
  })

  it('cannot go on from a state with another base', () => {
    const { snapshot } = { snapshot: new BarBuilder({ timeframes: [], graceMs: 0 }).snapshot() }
    expect(() => new BarBuilder({ base: '1h', timeframes: [], graceMs: 0 }, snapshot)).toThrow('built from 1m bars')
  })
})

describe('a session venue', () => {
  const open = START + 14 * HOUR + 30 * MINUTE
  const close = START + 21 * HOUR
  const day = 24 * HOUR
  const sessions = [
    { from: open, to: close },
    { from: open + day, to: close + day },
  ]

  it('has no bar outside its sessions and marks the first of each session below 1d', () => {
    const builder = new BarBuilder({ timeframes: ['1h', '4h', '1d'], graceMs: 0, sessions })
    builder.startAt(START)
    builder.addTrades([trade(open, 100), trade(close - 1, 110), trade(close + 1, 666), trade(open + day + MINUTE, 120)])
    const first = builder.closeUntil(START + day)
    const count = (timeframe: string) => first.filter((closed) => closed.timeframe === timeframe).length
    expect([count('1m'), count('1h'), count('4h'), count('1d')]).toEqual([390, 7, 3, 1])
    expect(show(first.filter(({ bar: { gapMarked } }) => gapMarked))).toEqual([
      '1m +870 100/100/100/100 v1 traded gap',
      '1h +840 100/100/100/100 v1 traded gap',
      '4h +720 100/100/100/100 v1 traded gap',
    ])
    expect(show(first).at(-1)).toBe('1d +0 100/110/100/110 v2 traded')
    expect(builder.counters.outsideSession).toBe(1)
    expect(show(builder.closeUntil(open + day + 2 * MINUTE))).toEqual([
      '1m +2310 110/110/110/110 v0 filled gap',
      '1m +2311 120/120/120/120 v1 traded',
    ])
  })

  it('misses nothing while the market was closed', () => {
    const builder = new BarBuilder({ timeframes: ['1h'], graceMs: 0, sessions })
    builder.startAt(START)
    builder.addTrades([trade(close - MINUTE, 100)])
    builder.onStatus({ kind: 'gap', from: close, to: open + day })
    builder.closeUntil(open + day + MINUTE)
    expect(builder.missing(open + day + MINUTE)).toEqual([])
    builder.onStatus({ kind: 'stale', since: close + day })
    expect(builder.missing(close + day + HOUR)).toEqual([])
  })

  it('knows of no session after the last one until it is told', () => {
    const builder = new BarBuilder({ timeframes: [], graceMs: 0, sessions: sessions.slice(0, 1) })
    builder.startAt(open)
    builder.addTrades([trade(open, 100)])
    expect(builder.closeUntil(close + HOUR)).toHaveLength(390)
    builder.setSessions(sessions)
    builder.addTrades([trade(open + day, 100)])
    expect(show(builder.closeUntil(open + day + MINUTE))).toEqual(['1m +2310 100/100/100/100 v1 traded gap'])
  })
})
