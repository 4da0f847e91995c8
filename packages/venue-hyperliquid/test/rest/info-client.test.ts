import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { startVenue } from '../harness/started-venue.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal
const BTC = instrumentId('BTC')
const state = { marginSummary: { accountValue: '1.0' }, withdrawable: '1.0', assetPositions: [], time: 1 }

describe('reads', () => {
  it('draw their weight from the budget', async () => {
    await using started = await startVenue({ context: { signer: null, roles: ['data'] } })
    const weight = [...started.context.budgets.values()].find((budget) => budget.spec.name.startsWith('rest-weight'))
    expect(weight?.spec).toMatchObject({ capacity: 1200, windowMs: 60_000, reserve: 200 })
    // meta
    expect(weight?.taken).toBe(20)
    const from = started.clock.now() - 5000 * 60_000
    const candles = Array.from({ length: 4999 }, (_, n) => candle(from + n * 60_000))
    started.server.info.set('candleSnapshot', () => ({ json: candles }))
    await started.venue.marketData.history({ instrument: BTC, timeframe: '1m', from, to: started.clock.now(), signal })
    await settle()
    // 20, and one more for every 60 of what came.
    expect(weight?.taken).toBe(20 + 20 + 83)
  })

  it('that are told to slow down wait as long as the venue asks, and then go on', async () => {
    await using started = await startVenue({ options: { accountMode: 'standard' } })
    let asked = 0
    started.server.info.set('clearinghouseState', () => {
      asked += 1
      return asked === 1 ? { status: 429, text: '', headers: { 'retry-after': '7' } } : { json: state }
    })
    const reading = started.venue.account.balances(signal)
    await until('asked', () => asked === 1)
    await settle()
    expect(started.venue.canTradeNow(BTC, started.clock.now())).toMatchObject({
      state: 'closed',
      reason: 'rate-budget',
    })
    started.clock.advance(6999)
    await settle()
    expect(asked).toBe(1)
    started.clock.advance(1)
    expect(await reading).toHaveLength(1)
    expect(asked).toBe(2)
  })

  it('wait no longer than the minute by which the venue counts, whatever it asks for: exits must go out', async () => {
    await using started = await startVenue({ options: { accountMode: 'standard' } })
    let asked = 0
    started.server.info.set('clearinghouseState', () => {
      asked += 1
      return asked === 1 ? { status: 429, text: '', headers: { 'retry-after': '1e9' } } : { json: state }
    })
    const reading = started.venue.account.balances(signal)
    await until('asked', () => asked === 1)
    await settle()
    started.clock.advance(60_000)
    expect(await reading).toHaveLength(1)
  })

  it('that are told so again and again give up', async () => {
    await using started = await startVenue({ options: { accountMode: 'standard' } })
    started.server.info.set('clearinghouseState', () => ({ status: 429, text: '' }))
    let done = false
    const reading = started.venue.account.balances(signal).finally(() => {
      done = true
    })
    const failure = reading.then(
      () => null,
      (error: unknown) => error,
    )
    await until('given up', () => {
      started.clock.advance(1000)
      return done
    })
    expect(await failure).toMatchObject({ code: 'rate-limited' })
  })

  it('fail with a timeout by the clock that they were given', async () => {
    await using started = await startVenue()
    started.server.info.set('frontendOpenOrders', () => 'hang')
    const reading = started.venue.account.openOrders(signal)
    await until('asked', () => started.server.requests.at(-1)?.body.type === 'frontendOpenOrders')
    started.clock.advance(9999)
    await settle()
    started.clock.advance(1)
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
  })

  it('end with the reason of whoever gave up', async () => {
    await using started = await startVenue()
    started.server.info.set('frontendOpenOrders', () => 'hang')
    const stop = new AbortController()
    const reading = started.venue.account.openOrders(stop.signal)
    await until('asked', () => started.server.requests.at(-1)?.body.type === 'frontendOpenOrders')
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })

  it('follow no redirect: an order must not end up elsewhere', async () => {
    await using started = await startVenue()
    started.server.info.set('frontendOpenOrders', () => ({
      status: 307,
      text: '',
      headers: { location: `${started.server.url}/elsewhere` },
    }))
    await expect(started.venue.account.openOrders(signal)).rejects.toMatchObject({ code: 'unavailable' })
    expect(started.server.requests.map(({ path }) => path)).not.toContain('/elsewhere')
  })
})

function candle(t: number) {
  return { t, T: t + 59_999, s: 'BTC', i: '1m', o: '10.0', c: '11.0', h: '12.0', l: '9.0', v: '1.5', n: 3 }
}
