import type { Subscription, VenueEvent } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import type { HyperliquidOptions } from '../../src/options.ts'
import { acknowledge, ScriptedVenue } from '../harness/scripted-venue.ts'
import type { TestContext } from '../harness/test-context.ts'
import { ManualClock, testContext } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const BTC = instrumentId('BTC')
const wants = (...coins: string[]): Subscription[] =>
  coins.map((coin) => ({ instrument: instrumentId(coin), feed: 'trading' }))
const trades = (coin: string, ...times: number[]) => ({
  channel: 'trades',
  data: times.map((time) => ({
    coin,
    side: 'B',
    px: '100.0',
    sz: '1.0',
    time,
    tid: time,
    hash: '0x0',
    users: ['', ''],
  })),
})

let server: ScriptedVenue
let clock: ManualClock
let context: TestContext
let venue: HyperliquidVenue

beforeEach(async () => {
  server = await ScriptedVenue.start()
  clock = new ManualClock()
  await start({})
})

async function start(timing: Partial<HyperliquidOptions['timing']>): Promise<void> {
  const options = { network: 'simulator', url: server.url, timing } as const
  context = testContext({ options, clock, signer: null, roles: ['data'] })
  venue = new HyperliquidVenue(context, () => 0.5)
  await venue.start(context.signal)
}

async function restart(timing: Partial<HyperliquidOptions['timing']>): Promise<void> {
  await venue[Symbol.asyncDispose]()
  await start(timing)
}

afterEach(async () => {
  await venue[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const statuses = (coin: string) =>
  context.events.flatMap((event) => (event.type === 'feed-status' && event.instrument === coin ? [event.status] : []))
const kinds = (coin: string) => statuses(coin).map((status) => status.kind)
const times = (coin: string) =>
  context.events.flatMap((event) =>
    event.type === 'trades' && event.instrument === coin ? event.trades.map((trade) => trade.ts) : [],
  )
const gate = (coin: string) => venue.canTradeNow(instrumentId(coin), clock.now())

async function live(...coins: string[]): Promise<void> {
  venue.marketData.want(wants(...coins))
  for (const coin of coins) await until(`${coin} is live`, () => kinds(coin).at(-1) === 'live')
}

async function reconnected(connection: number): Promise<void> {
  clock.advance(1000)
  await until('the next connection', () => server.connections.length > connection)
}

describe('wanting instruments', () => {
  it('subscribes each once for all its feeds, and follows what is wanted', async () => {
    venue.marketData.want([...wants('BTC', 'ETH'), { instrument: BTC, feed: 'majors' }])
    await until('both live', () => kinds('BTC').includes('live') && kinds('ETH').includes('live'))
    expect(server.subscribed().sort()).toEqual(['BTC', 'ETH'])
    server.broadcast(trades('BTC', 1))
    await until('a trade', () => times('BTC').length === 1)
    const event = context.events.find((each): each is VenueEvent & { type: 'trades' } => each.type === 'trades')
    expect(event?.feeds).toEqual(['trading', 'majors'])

    venue.marketData.want(wants('ETH'))
    await until('the unsubscribe', () => server.frames.some(({ message }) => message.method === 'unsubscribe'))
    server.broadcast(trades('BTC', 2))
    server.broadcast(trades('ETH', 3))
    await until('the other trade', () => times('ETH').length === 1)
    expect(times('BTC')).toEqual([1])
    expect(server.connections).toHaveLength(1)
  })

  it('never subscribes what the venue does not list, or no longer trades', async () => {
    await live('BTC')
    venue.marketData.want(wants('BTC', 'btc', 'NOPE', 'MATIC'))
    await settle()
    expect(server.subscribed()).toEqual(['BTC'])
    expect(gate('NOPE')).toMatchObject({ state: 'closed', reason: 'unknown-instrument' })
    expect(gate('MATIC')).toMatchObject({ state: 'closed', reason: 'delisted' })
  })

  it('subscribes an instrument as soon as it is listed', async () => {
    venue.marketData.want(wants('BTC', 'NEW'))
    await until('BTC', () => kinds('BTC').includes('live'))
    server.info.set('meta', () => ({ json: { universe: [...META, { name: 'NEW', szDecimals: 0, maxLeverage: 3 }] } }))
    clock.advance(300_000)
    await until('NEW is live', () => kinds('NEW').includes('live'))
    expect(context.events).toContainEqual(
      expect.objectContaining({ type: 'instrument-listed', instrument: expect.objectContaining({ id: 'NEW' }) }),
    )
  })
})

const META = [
  { name: 'BTC', szDecimals: 5, maxLeverage: 40 },
  { name: 'ETH', szDecimals: 4, maxLeverage: 25 },
  { name: 'MATIC', szDecimals: 1, maxLeverage: 20, isDelisted: true },
]

describe('a lost connection', () => {
  it('is restored with its subscriptions; a replay that is known in part shows that nothing was missed', async () => {
    await live('BTC', 'ETH')
    server.broadcast(trades('BTC', 10, 20, 30))
    await until('trades', () => times('BTC').length === 3)
    server.connections[0]?.terminate()
    await until('stale', () => kinds('BTC').at(-1) === 'stale')
    expect(gate('BTC')).toMatchObject({ state: 'exit-only', reason: 'stale-data' })

    await reconnected(1)
    await until('subscribed again', () => kinds('BTC').at(-1) === 'reconnected')
    expect(server.subscribed(1).sort()).toEqual(['BTC', 'ETH'])
    server.broadcast(trades('BTC', 20, 30, 40))
    await until('live again', () => kinds('BTC').at(-1) === 'live')
    expect(times('BTC')).toEqual([10, 20, 30, 40])
    expect(kinds('BTC')).toEqual(['live', 'stale', 'reconnected', 'live'])
    expect(gate('BTC')).toEqual({ state: 'open' })
  })

  it('leaves a gap, told before any later trade, when the replay does not reach back far enough', async () => {
    await live('BTC')
    server.broadcast(trades('BTC', 10, 20))
    await until('trades', () => times('BTC').length === 2)
    server.connections[0]?.close(1000, 'Expired')
    await until('stale', () => kinds('BTC').at(-1) === 'stale')
    await reconnected(1)
    await until('subscribed again', () => kinds('BTC').at(-1) === 'reconnected')
    server.broadcast(trades('BTC', 70, 80))
    await until('live again', () => kinds('BTC').at(-1) === 'live')
    expect(statuses('BTC')).toContainEqual({ kind: 'gap', from: 20, to: 70 })
    const order = context.events.map((event) => (event.type === 'feed-status' ? event.status.kind : event.type))
    expect(order).toEqual(['live', 'trades', 'stale', 'reconnected', 'gap', 'live', 'trades'])
  })

  it('is live again after a while when nothing trades', async () => {
    await live('ETH')
    server.broadcast(trades('ETH', 10))
    await until('a trade', () => times('ETH').length === 1)
    server.connections[0]?.terminate()
    await until('stale', () => kinds('ETH').at(-1) === 'stale')
    await reconnected(1)
    await until('subscribed again', () => kinds('ETH').at(-1) === 'reconnected')
    expect(gate('ETH').state).toBe('exit-only')
    clock.advance(10_000)
    expect(kinds('ETH').at(-1)).toBe('live')
  })

  it('is noticed by data that stop while pings are answered', async () => {
    await live('BTC')
    for (let second = 0; second < 40; second += 1) {
      clock.advance(1000)
      await new Promise(setImmediate)
    }
    await until('given up', () => kinds('BTC').includes('stale'))
    expect(context.log).toContainEqual(
      expect.objectContaining({
        message: 'socket lost',
        fields: expect.objectContaining({ reason: expect.stringMatching(/no data/) }),
      }),
    )
  })

  it('is noticed by a ping that is not answered', async () => {
    await restart({ pingMs: 6000, pongMs: 3000, staleMs: 600_000 })
    server.onFrame = (socket, message) => {
      if (message.method !== 'ping') acknowledge(socket, message)
    }
    await live('BTC')
    clock.advance(6000)
    await until('a ping', () => server.frames.some(({ message }) => message.method === 'ping'))
    expect(kinds('BTC').at(-1)).toBe('live')
    clock.advance(3000)
    expect(kinds('BTC').at(-1)).toBe('stale')
  })

  it('is not retried faster and faster: the waits grow', async () => {
    await live('BTC')
    await server[Symbol.asyncDispose]()
    await until('lost', () => kinds('BTC').at(-1) === 'stale')
    const waits: unknown[] = []
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await until(`attempt ${attempt}`, () => lost().length >= attempt)
      waits.push(lost().at(-1)?.fields?.reconnectInMs)
      clock.advance(30_000)
    }
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500])
    server = await ScriptedVenue.start()
  })

  const lost = () => context.log.filter((line) => line.message === 'socket lost')
})

describe('a coin at which the venue drops the connection', () => {
  it('is found out and left out, and the others go on', async () => {
    const coins = ['BTC', 'ETH', 'BAD', 'SOL']
    const added = ['BAD', 'SOL'].map((name) => ({ name, szDecimals: 2, maxLeverage: 10 }))
    server.info.set('meta', () => ({ json: { universe: [...META, ...added] } }))
    clock.advance(300_000)
    await until('listed', () => context.events.some((event) => event.type === 'instrument-listed'))
    server.onFrame = (socket, message) => {
      const coin = (message.subscription as { coin?: string } | undefined)?.coin
      if (coin === 'BAD') socket.terminate()
      else acknowledge(socket, message)
    }
    venue.marketData.want(wants(...coins))
    await until('BAD is convicted', () => {
      clock.advance(300)
      return gate('BAD').state === 'exit-only' && /drops the connection/.test(messageOf(gate('BAD')))
    })
    for (const coin of ['BTC', 'ETH', 'SOL']) {
      await until(`${coin} is live`, () => {
        clock.advance(300)
        return kinds(coin).at(-1) === 'live'
      })
    }
    const connections = server.connections.length
    clock.advance(10_000)
    await settle()
    expect(server.connections).toHaveLength(connections)
    expect(gate('BTC')).toEqual({ state: 'open' })
    // One drop with all of them unanswered, a new one for the rest, and two of their own for the one that was found out.
    expect(connections).toBeLessThanOrEqual(6)
  })

  it('is not blamed for a connection that was lost otherwise', async () => {
    await live('BTC')
    server.onFrame = () => undefined
    venue.marketData.want(wants('BTC', 'ETH'))
    await until('asked for', () => server.subscribed().includes('ETH'))
    server.connections[0]?.terminate()
    await until('stale', () => kinds('BTC').at(-1) === 'stale')
    server.onFrame = acknowledge
    await reconnected(1)
    await until('ETH is live', () => {
      clock.advance(250)
      return kinds('ETH').at(-1) === 'live'
    })
    expect(gate('ETH')).toEqual({ state: 'open' })
  })

  const messageOf = (found: ReturnType<typeof gate>) => ('message' in found ? found.message : '')
})

describe('frames that are not as they should be', () => {
  it('are refused whole, counted, and said once a minute', async () => {
    await restart({ pingMs: 600_000, staleMs: 600_000, silenceMinMs: 600_000 })
    await live('BTC', 'ETH')
    server.broadcast(trades('BTC', 10))
    const [good] = trades('BTC', 20).data
    for (let i = 0; i < 100; i += 1) server.broadcast({ channel: 'trades', data: [good, { ...good, px: 'NaN' }] })
    server.broadcast('not json')
    server.broadcast({ channel: 'trades', data: { coin: 'BTC' } })
    server.broadcast(trades('BTC', 50))
    await until('what followed', () => times('BTC').includes(50))
    expect(times('BTC')).toEqual([10, 50])
    // What they held is missing.
    expect(statuses('BTC')).toContainEqual({ kind: 'gap', from: 10, to: 50 })
    expect(context.log.filter((line) => line.message === 'messages were refused')).toHaveLength(1)
    clock.advance(60_000)
    server.broadcast('not json again')
    await until('said again', () => context.log.filter((line) => line.message === 'messages were refused').length === 2)
    expect(context.log.filter((line) => line.message === 'messages were refused').at(-1)?.fields).toMatchObject({
      refused: 102,
    })
  })

  it('do not stand in the way of a subscription: an error may be its answer', async () => {
    server.onFrame = (socket, message) => {
      const subscription = JSON.stringify(message.subscription)
      socket.send(JSON.stringify({ channel: 'error', data: `Already subscribed: ${subscription}` }))
    }
    await live('BTC')
    expect(gate('BTC')).toEqual({ state: 'open' })
  })
})
