import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/index.ts'
import { feedsByInstrument, instrumentId, RefusedCount } from '../../src/index.ts'

describe('the feeds of each instrument', () => {
  it('are named once each, positions before majors', () => {
    const [btc, eth, sol] = ['BTC', 'ETH', 'SOL'].map(instrumentId) as [
      Subscription['instrument'],
      ...Subscription['instrument'][],
    ]
    const wanted = [
      { instrument: btc, feed: 'majors' },
      { instrument: eth, feed: 'majors' },
      { instrument: sol, feed: 'trading' },
      { instrument: btc, feed: 'trading' },
      { instrument: btc, feed: 'trading' },
    ] as readonly Subscription[]
    expect([...feedsByInstrument(wanted)]).toEqual([
      [sol, ['trading']],
      [btc, ['trading', 'majors']],
      [eth, ['majors']],
    ])
  })
})

describe('refused messages', () => {
  it('are all counted, and told at most once a minute with how many there were', () => {
    let now = 0
    const said: unknown[] = []
    const count = new RefusedCount({ now: () => now }, { warn: (_message, fields) => void said.push(fields) })
    for (; now < 60_000; now += 10_000) count.add('trades', 'no price')
    count.add('books', 'no size')
    expect(count.total).toBe(7)
    expect(said).toEqual([
      { refused: 1, source: 'trades', why: 'no price' },
      { refused: 6, source: 'books', why: 'no size' },
    ])
  })
})
