import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { StartedVenue } from '../harness/started-venue.ts'
import { startVenue } from '../harness/started-venue.ts'

const signal = new AbortController().signal
const BTC = instrumentId('BTC')
const HOUR = 3_600_000

const candle = (t: number, changes: object = {}) => ({
  t,
  T: t + HOUR - 1,
  s: 'BTC',
  i: '1h',
  o: '10.0',
  c: '11.0',
  h: '12.0',
  l: '9.0',
  v: '1.5',
  n: 3,
  ...changes,
})
const read = ({ venue }: StartedVenue, from: number, to: number) =>
  venue.marketData.history({ instrument: BTC, timeframe: '1h', from, to, signal })
const keyless = { context: { signer: null, roles: ['data'] } } as const

describe('history', () => {
  it('has closed bars only: the running bar, which the venue sends last, is never among them', async () => {
    await using started = await startVenue(keyless)
    started.clock.advance(HOUR / 2)
    const running = Math.floor(started.clock.now() / HOUR) * HOUR
    started.server.info.set('candleSnapshot', () => ({
      json: [candle(running - 2 * HOUR), candle(running - HOUR), candle(running)],
    }))
    const bars = await read(started, running - 2 * HOUR, running + HOUR)
    expect(bars).toEqual([
      { ts: running - 2 * HOUR, open: 10, high: 12, low: 9, close: 11, volume: 1.5 },
      { ts: running - HOUR, open: 10, high: 12, low: 9, close: 11, volume: 1.5 },
    ])
    started.clock.advance(HOUR / 2)
    expect((await read(started, running - 2 * HOUR, running + HOUR)).map((bar) => bar.ts)).toContain(running)
  })

  it('keeps to what was asked for, in order, whatever the venue sends', async () => {
    await using started = await startVenue(keyless)
    const now = started.clock.now()
    const t = (n: number) => now - n * HOUR
    started.server.info.set('candleSnapshot', () => ({
      json: [candle(t(2)), candle(t(5)), candle(t(3)), candle(t(3)), candle(t(4) + 1)],
    }))
    expect((await read(started, t(4), t(2))).map((bar) => bar.ts)).toEqual([t(3)])
  })

  it('asks for no more than the venue keeps, and for nothing that lies ahead', async () => {
    await using started = await startVenue(keyless)
    started.server.info.set('candleSnapshot', () => ({ json: [] }))
    const now = started.clock.now()
    await read(started, 0, now)
    expect(started.server.requests.at(-1)?.body.req).toMatchObject({
      coin: 'BTC',
      interval: '1h',
      startTime: now - 5000 * HOUR,
    })
    const asked = started.server.requests.length
    expect(await read(started, now, now + HOUR)).toEqual([])
    expect(started.server.requests).toHaveLength(asked)
  })

  it.each([
    ['a price that is no number', { c: 'abc' }, /field 0\.c/],
    ['a high below the close', { h: '10.5' }, /expected low <= open/],
    ['no volume', { v: undefined }, /field 0\.v/],
  ])('is refused for %s', async (_name, changes, message) => {
    await using started = await startVenue(keyless)
    const now = started.clock.now()
    started.server.info.set('candleSnapshot', () => ({ json: [candle(now - 2 * HOUR, changes)] }))
    await expect(read(started, now - 3 * HOUR, now)).rejects.toThrow(message)
  })

  it('of an instrument that is not listed is an error', async () => {
    await using started = await startVenue(keyless)
    const request = { instrument: instrumentId('btc'), timeframe: '1h', from: 0, to: 1, signal } as const
    await expect(started.venue.marketData.history(request)).rejects.toMatchObject({ code: 'unknown-instrument' })
  })
})
