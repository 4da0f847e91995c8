import type { VenueEvent } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { Market } from '../harness/market.ts'
import { coinNames, startMarket, tradesFrame } from '../harness/market.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'

const MINUTE = 60_000
const candle = (coin: string, t: number) => ({
  t,
  T: t + MINUTE - 1,
  s: coin,
  i: '1m',
  o: '10.0',
  c: '11.0',
  h: '12.0',
  l: '9.0',
  v: '1.5',
  n: 3,
})
interface Asked {
  readonly coin: string
  readonly startTime: number
  readonly endTime: number
}
const asked = (server: ScriptedVenue): readonly Asked[] =>
  server.requests.flatMap(({ body }) => (body.type === 'candleSnapshot' ? [body.req as Asked] : []))
/** Answers with a candle for every minute that is asked for, and the running one after them, as the venue does. */
const answerCandles = (server: ScriptedVenue) =>
  server.info.set('candleSnapshot', (body) => {
    const { coin, startTime, endTime } = body.req as Asked
    const count = Math.floor((endTime - startTime) / MINUTE) + 2
    return { json: Array.from({ length: count }, (_, n) => candle(coin, startTime + n * MINUTE)) }
  })
const bars = ({ context }: Market, coin: string) =>
  context.events
    .filter((event): event is VenueEvent & { type: 'bars' } => event.type === 'bars' && event.instrument === coin)
    .flatMap((event) => event.bars.map(({ ts }) => ts))

/** Two streams, whatever is wanted: of four subscriptions one is kept for exits and one carries the mids. */
const TWO_STREAMS = { options: { limits: { subscriptions: 4, exitSubscriptionReserve: 1 } }, script: answerCandles }

describe('beyond the subscription limit', () => {
  it('positions are streamed before majors, and what is left is polled, each saying what it lives on', async () => {
    await using market = await startMarket(coinNames(5), TWO_STREAMS)
    market.want(['C3', 'C4'], ['C0', 'C1', 'C2', 'C3'])
    await market.passUntil('streams and polls', () => coinNames(5).every((coin) => market.kind(coin) === 'live'))
    expect(market.server.subscribed().sort()).toEqual(['C3', 'C4'])
    expect(market.source('C3')).toEqual({ kind: 'stream', name: 'trades' })
    expect(market.source('C0')).toMatchObject({ kind: 'poll', name: 'candleSnapshot', everyMs: MINUTE })
    const until = market.source('C0')?.completeUntil ?? 0
    expect(until % MINUTE).toBe(0)
    expect(bars(market, 'C0').at(-1)).toBe(until - MINUTE)
    expect(until).toBeLessThanOrEqual(market.clock.now())
    expect(market.gate('C0')).toEqual({ state: 'open' })
    const event = market.context.events.find((each) => each.type === 'feed-status' && each.instrument === 'C3')
    expect(event).toMatchObject({ feeds: ['trading', 'majors'] })
  })

  it('every minute of each is read once, the longest unseen first, within the weight that polling may use', async () => {
    const coins = coinNames(42)
    await using market = await startMarket(coins, TWO_STREAMS)
    market.want(coins)
    await market.pass(10 * MINUTE, 1000)
    const reads = asked(market.server)
    const lastOf = new Map<string, number>()
    for (const [index, { coin }] of reads.entries()) {
      // Forty coins take turns: nobody is read again before all others were.
      expect(index - (lastOf.get(coin) ?? index - 40)).toBe(40)
      lastOf.set(coin, index)
    }
    expect(lastOf.size).toBe(40)
    for (const coin of lastOf.keys()) {
      const times = bars(market, coin)
      expect(times).toEqual(times.map((_, n) => (times[0] ?? 0) + n * MINUTE))
    }
    expect(reads.length / 10).toBeLessThanOrEqual(400 / 21 + 1)
    expect(market.source('C40')?.everyMs).toBe(40 * Math.ceil((21 * MINUTE) / 400))
    const weight = [...market.context.budgets.values()].find(({ spec }) => spec.name.startsWith('rest-weight'))
    expect(weight?.most).toBeLessThanOrEqual(400 + 3 * 21)
  })

  it('the gate shuts when readings fail for longer than their own rhythm, and opens with the next one', async () => {
    await using market = await startMarket(coinNames(3), TWO_STREAMS)
    market.want(coinNames(3))
    await market.passUntil('polled', () => market.kind('C2') === 'live')
    market.server.info.set('candleSnapshot', () => ({ status: 500, text: 'null' }))
    await market.pass(2 * MINUTE, 1000)
    expect(market.gate('C2')).toEqual({ state: 'open' })
    await market.pass(MINUTE, 1000)
    expect(market.gate('C2')).toMatchObject({ state: 'exit-only', reason: 'stale-data', message: /every 60 s/ })
    expect(market.gate('C0')).toEqual({ state: 'open' })
    answerCandles(market.server)
    await market.pass(MINUTE, 1000)
    expect(market.gate('C2')).toEqual({ state: 'open' })
    // Nothing of the time between is missing.
    const times = bars(market, 'C2')
    expect(times).toEqual(times.map((_, n) => (times[0] ?? 0) + n * MINUTE))
  })

  it('when a stream becomes free, what was polled is streamed, and the time between is told as a gap', async () => {
    await using market = await startMarket(coinNames(3), TWO_STREAMS)
    const { server } = market
    market.want(coinNames(3))
    await market.passUntil('polled', () => market.kind('C2') === 'live')
    const until = market.source('C2')?.completeUntil ?? 0
    market.want(['C0', 'C2'])
    await market.passUntil('subscribed', () => server.subscribed().includes('C2'))
    const first = market.clock.now()
    server.broadcast(tradesFrame('C2', first - 10, first - 5))
    await market.passUntil('streamed', () => market.source('C2')?.kind === 'stream' && market.kind('C2') === 'live')
    expect(market.statuses('C2').at(-2)).toEqual({ kind: 'gap', from: until, to: first - 10 })
    expect(market.trades('C2')).toEqual([first - 10, first - 5])
    const reads = asked(server).length
    await market.pass(3 * MINUTE, 1000)
    expect(asked(server)).toHaveLength(reads)
  })

  it('no gap is told where the replayed trades reach back to what was polled', async () => {
    await using market = await startMarket(coinNames(3), TWO_STREAMS)
    market.want(coinNames(3))
    await market.passUntil('polled', () => market.kind('C2') === 'live')
    const until = market.source('C2')?.completeUntil ?? 0
    market.want(['C0', 'C2'])
    await market.passUntil('subscribed', () => market.server.subscribed().includes('C2'))
    market.server.broadcast(tradesFrame('C2', until - 70_000, until + 5))
    await market.passUntil('streamed', () => market.source('C2')?.kind === 'stream' && market.kind('C2') === 'live')
    expect(market.statuses('C2').map(({ kind }) => kind)).not.toContain('gap')
  })

  it('a position that needs a stream takes that of a major, which goes on where its stream ended', async () => {
    await using market = await startMarket(coinNames(3), TWO_STREAMS)
    market.want(['C0'], ['C1'])
    await market.passUntil('live', () => market.kind('C1') === 'live')
    await market.pass(5 * MINUTE, 1000)
    const demotedAt = market.clock.now()
    market.want(['C0', 'C2'], ['C1'])
    expect(market.statuses('C1').at(-1)).toEqual({ kind: 'stale', since: demotedAt })
    expect(market.gate('C1')).toMatchObject({ state: 'exit-only', reason: 'stale-data' })
    await market.passUntil('polled', () => market.source('C1')?.kind === 'poll' && market.kind('C1') === 'live')
    expect(bars(market, 'C1')[0]).toBe(Math.floor(demotedAt / MINUTE) * MINUTE)
    await market.passUntil('streamed', () => market.kind('C2') === 'live')
    expect(market.gate('C1')).toEqual({ state: 'open' })
  })

  it('mids keep the price of what is polled fresh, without making a trade of it', async () => {
    await using market = await startMarket(coinNames(3), TWO_STREAMS)
    market.mids.C2 = '12.5'
    market.mids.C0 = '13.5'
    market.want(coinNames(3))
    await market.passUntil('polled', () => market.kind('C2') === 'live')
    await market.pass(10_000)
    const marks = market.context.events.filter((event) => event.type === 'trades')
    expect(marks.length).toBeGreaterThan(0)
    expect(marks.at(-1)).toMatchObject({ instrument: 'C2', trades: [{ price: '12.5', quantity: '0', side: null }] })
  })
})
