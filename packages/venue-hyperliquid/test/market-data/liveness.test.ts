import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cadence } from '../../src/market-data/cadence.ts'
import type { Market } from '../harness/market.ts'
import { startMarket, tradesFrame } from '../harness/market.ts'
import { acknowledge } from '../harness/scripted-venue.ts'

const BOUNDS = { silenceMinMs: 15_000, silenceMaxMs: 600_000 }

describe('the cadence of a stream', () => {
  const learned = (pauses: readonly number[]) => {
    const cadence = new Cadence()
    let ts = 1_000_000
    cadence.observe(ts)
    for (const pause of pauses) {
      ts += pause
      cadence.observe(ts)
    }
    return cadence
  }

  it('is waited for within its bounds, and never less than the longest pause of late', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 60 }), (pauses) => {
        const patience = learned(pauses).patienceMs(BOUNDS)
        expect(patience).toBeGreaterThanOrEqual(BOUNDS.silenceMinMs)
        expect(patience).toBeLessThanOrEqual(BOUNDS.silenceMaxMs)
        const latest = pauses.at(-1) ?? 0
        expect(patience).toBeGreaterThanOrEqual(Math.min(latest, BOUNDS.silenceMaxMs))
      }),
    )
  })

  it('follows the market: seconds for a busy one, minutes for a slow one, bursts forgiven', () => {
    expect(learned(Array.from({ length: 50 }, () => 300)).patienceMs(BOUNDS)).toBe(15_000)
    expect(learned(Array.from({ length: 50 }, () => 20_000)).patienceMs(BOUNDS)).toBeCloseTo(160_000, -3)
    const bursts = Array.from({ length: 50 }, (_, n) => (n % 10 === 0 ? 60_000 : 50))
    expect(learned(bursts).patienceMs(BOUNDS)).toBeGreaterThan(120_000)
    expect(new Cadence().patienceMs(BOUNDS)).toBe(BOUNDS.silenceMaxMs)
  })

  it('is waited for longer after it was looked into in vain, until something trades', () => {
    const cadence = learned([20_000, 20_000])
    const usual = cadence.patienceMs(BOUNDS)
    for (let times = 0; times < 10; times += 1) cadence.excuse()
    expect(cadence.patienceMs(BOUNDS)).toBe(16 * usual)
    cadence.observe(9_000_000)
    expect(cadence.patienceMs(BOUNDS)).toBeLessThan(16 * usual)
  })
})

/** Both coins live, with a trade of each every second for half a minute. */
async function busy(): Promise<Market> {
  const market = await startMarket(['BUSY', 'OTHER'])
  market.mids.BUSY = '100'
  market.mids.OTHER = '100'
  market.want(['BUSY', 'OTHER'])
  await market.passUntil('live', () => market.kind('BUSY') === 'live' && market.kind('OTHER') === 'live')
  await trade(market, ['BUSY', 'OTHER'], 30)
  return market
}

/** A trade a second, and a mid that moves with it. */
async function trade(market: Market, coins: readonly string[], seconds: number, told = coins): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (const coin of coins) market.mids[coin] = String(100 + ((market.clock.now() / 1000) % 50))
    for (const coin of told) market.server.broadcast(tradesFrame(coin, market.clock.now()))
    await market.pass(1000, 500)
  }
}
const frames = ({ server }: Market, method: string, coin: string) =>
  server.frames.filter(
    ({ message }) =>
      message.method === method && (message.subscription as { coin?: string } | undefined)?.coin === coin,
  ).length

describe('a stream that goes silent', () => {
  it('while its market moves is begun anew; the trades that the replay does not cover are a gap', async () => {
    await using market = await busy()
    const last = market.trades('BUSY').at(-1) ?? 0
    market.server.onFrame = (socket, message) => {
      acknowledge(socket, message)
      const { coin } = (message.subscription ?? {}) as { coin?: string }
      if (message.method === 'subscribe' && coin === 'BUSY') {
        const now = market.clock.now()
        socket.send(JSON.stringify(tradesFrame('BUSY', now - 3000, now - 2000, now - 1000)))
      }
    }
    await trade(market, ['BUSY', 'OTHER'], 40, ['OTHER'])
    expect(frames(market, 'unsubscribe', 'BUSY')).toBe(1)
    expect(frames(market, 'unsubscribe', 'OTHER')).toBe(0)
    expect(market.server.connections).toHaveLength(1)
    const kinds = market.statuses('BUSY').map(({ kind }) => kind)
    expect(kinds).toEqual(['live', 'stale', 'reconnected', 'gap', 'live'])
    const stale = market.statuses('BUSY').find(({ kind }) => kind === 'stale')
    expect(stale).toEqual({ kind: 'stale', since: last })
    expect(market.statuses('BUSY').find(({ kind }) => kind === 'gap')).toMatchObject({ from: last })
    expect(market.statuses('OTHER').map(({ kind }) => kind)).toEqual(['live'])
  })

  it('is exit-only from then on until the stream has shown what was missed', async () => {
    await using market = await busy()
    // Nothing is replayed.
    await market.passUntil('noticed', () => {
      market.mids.BUSY = String(200 + (market.clock.now() % 97))
      market.server.broadcast(tradesFrame('OTHER', market.clock.now()))
      return market.statuses('BUSY').some(({ kind }) => kind === 'stale')
    })
    expect(market.gate('BUSY')).toMatchObject({ state: 'exit-only', reason: 'stale-data' })
    expect(market.gate('OTHER')).toEqual({ state: 'open' })
    await market.pass(11_000)
    expect(market.gate('BUSY')).toEqual({ state: 'open' })
    expect(market.statuses('BUSY').map(({ kind }) => kind)).toContain('gap')
  })

  it('with its market is left in peace: nothing trades, nothing moves', async () => {
    await using market = await busy()
    await market.pass(300_000, 1000)
    expect(market.server.connections).toHaveLength(1)
    expect(frames(market, 'unsubscribe', 'BUSY') + frames(market, 'unsubscribe', 'OTHER')).toBe(0)
    expect(market.gate('BUSY')).toEqual({ state: 'open' })
  })

  it('again and again costs the connection', async () => {
    await using market = await busy()
    market.server.onFrame = (socket, message) => {
      acknowledge(socket, message)
      const { coin } = (message.subscription ?? {}) as { coin?: string }
      const now = market.clock.now()
      if (message.method === 'subscribe' && coin === 'BUSY') socket.send(JSON.stringify(tradesFrame('BUSY', now - 500)))
    }
    await trade(market, ['BUSY', 'OTHER'], 120, ['OTHER'])
    expect(market.server.connections.length).toBeGreaterThan(1)
    expect(frames(market, 'unsubscribe', 'BUSY')).toBe(2)
  })
})

describe('a connection that answers pings and nothing else', () => {
  it('is found, its subscription is asked for first, then it is replaced; the gap is told', async () => {
    await using market = await busy()
    const { server, clock } = market
    const mute = server.connections[0]
    if (mute === undefined) throw new Error('no connection')
    const send = mute.send.bind(mute)
    // Everything but pongs is lost on the way.
    mute.send = (data: unknown) => {
      if (String(data).includes('pong')) send(String(data))
    }
    const silentSince = clock.now()
    await market.passUntil('replaced', () => server.connections.length === 2, 60_000)
    expect(clock.now() - silentSince).toBeLessThanOrEqual(45_000)
    const lastFrames = server.frames.filter(({ socket }) => socket === mute).map(({ message }) => message.method)
    expect(lastFrames).toContain('unsubscribe')
    expect(market.gate('BUSY')).toMatchObject({ state: 'exit-only', reason: 'stale-data' })
    await market.passUntil('live again', () => market.kind('BUSY') === 'live', 60_000)
    expect(market.statuses('BUSY').map(({ kind }) => kind)).toEqual(['live', 'stale', 'reconnected', 'gap', 'live'])
  })
})
