import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Timeframe } from '@portolan/core'
import { instrumentId, TIMEFRAME_MS, VenueError } from '@portolan/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseExactJson } from '../../src/market-data/api/exact-json.ts'
import { ohlcvAnswer, readCandles } from '../../src/market-data/history/ohlcv-answer.ts'
import type { SolanaMarketData } from '../../src/market-data/solana-market-data.ts'
import { addressOf, mintAccount } from './harness/chain-accounts.ts'
import type { MarketContext } from './harness/market-context.ts'
import { marketContext, marketParts, optionsAt } from './harness/market-context.ts'
import { ScriptedServices } from './harness/scripted-services.ts'

const USDC = addressOf(2)
const TOKEN = addressOf(1)
const POOL = addressOf(20)
const MINUTE = 60_000

let services: ScriptedServices
let context: MarketContext
let data: SolanaMarketData
/** Open times (unix s) of the candles that the service has. */
let known: number[]
let side: 'base' | 'quote'

const candle = (seconds: number) => [seconds, 1, 1.2, 0.9, 1.1, 105]

async function begin(instrument: object = { pool: POOL }) {
  context = marketContext(optionsAt(services, { quoteMint: USDC, instruments: [{ mint: TOKEN, ...instrument }] }))
  const parts = marketParts(context)
  data = parts.data
  await parts.reader.refresh(new AbortController().signal)
}

const history = (from: number, to: number, timeframe: Timeframe = '1m', mint: string = TOKEN) =>
  data.history({ instrument: instrumentId(mint), timeframe, from, to, signal: new AbortController().signal })

const asked = () => services.requests.filter((path) => path.includes('/ohlcv/'))

beforeEach(async () => {
  services = await ScriptedServices.start()
  services.accounts.set(USDC, mintAccount())
  services.accounts.set(TOKEN, mintAccount())
  side = 'base'
  known = []
  services.gecko = (path, query) => {
    if (path.endsWith('/pools')) return { json: { data: [{ attributes: { address: POOL } }] } }
    const before = Number(query.get('before_timestamp'))
    const page = known
      .filter((seconds) => seconds < before)
      .sort((a, b) => b - a)
      .slice(0, Number(query.get('limit')))
    const list = query.get('token') === side ? page.map(candle) : page.map((seconds) => [seconds, 9, 9, 9, 9, 9])
    const other = { address: USDC }
    const meta =
      side === 'base' ? { base: { address: TOKEN }, quote: other } : { base: other, quote: { address: TOKEN } }
    return { json: { data: { id: 'x', type: 'ohlcv_request_response', attributes: { ohlcv_list: list } }, meta } }
  }
})

afterEach(async () => {
  data.stop()
  await services[Symbol.asyncDispose]()
})

describe('history', () => {
  it('is oldest first, without the running candle, without minutes that did not trade, volume in base units', async () => {
    await begin()
    const now = context.clock.now()
    context.clock.advance(30_000)
    known = [-5, -4, -2, -1, 0].map((minutes) => (now + minutes * MINUTE) / 1000)
    const bars = await history(now - 4 * MINUTE, now + MINUTE)
    expect(bars.map(({ ts }) => (ts - now) / MINUTE)).toEqual([-4, -2, -1])
    expect(bars[0]).toEqual({ ts: now - 4 * MINUTE, open: 1, high: 1.2, low: 0.9, close: 1.1, volume: 100 })
    expect(asked()[0]).toBe(
      `/networks/solana/pools/${POOL}/ohlcv/minute?aggregate=1&before_timestamp=${now / 1000}&limit=4&currency=usd&token=base`,
    )
  })

  it('goes back page by page until the time is reached', async () => {
    await begin()
    const now = context.clock.now()
    known = Array.from({ length: 2_600 }, (_, index) => now / 1000 - (index + 1) * 60)
    const bars = await history(now - 2_500 * MINUTE, now)
    expect(bars).toHaveLength(2_500)
    expect(asked()).toHaveLength(3)
    expect(bars.every((bar, index) => bar.ts === now - (2_500 - index) * MINUTE)).toBe(true)
  })

  it.each<[Timeframe, string]>([
    ['1m', 'minute?aggregate=1&'],
    ['5m', 'minute?aggregate=5&'],
    ['15m', 'minute?aggregate=15&'],
    ['1h', 'hour?aggregate=1&'],
    ['4h', 'hour?aggregate=4&'],
    ['1d', 'day?aggregate=1&'],
  ])('%s bars are those of %s', async (timeframe, path) => {
    await begin()
    const now = context.clock.now()
    known = [now / 1000 - TIMEFRAME_MS[timeframe] / 1000]
    expect(await history(now - 10 * TIMEFRAME_MS[timeframe], now, timeframe)).toHaveLength(1)
    expect(asked()[0]).toContain(path)
  })

  it('is of this token, also where it is the other side of the pool', async () => {
    await begin()
    side = 'quote'
    const now = context.clock.now()
    known = [now / 1000 - 60]
    for (let time = 0; time < 2; time += 1) {
      expect(await history(now - 5 * MINUTE, now)).toMatchObject([{ close: 1.1 }])
    }
    // Once it is known, nothing is asked twice.
    expect(asked().filter((path) => path.includes('token=base'))).toHaveLength(1)
  })

  it('of a pool of other tokens is refused', async () => {
    await begin()
    services.gecko = () => ({
      json: { data: { attributes: { ohlcv_list: [] } }, meta: { base: { address: USDC }, quote: { address: POOL } } },
    })
    await expect(history(0, context.clock.now())).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('without a pool in the options is that of the first one listed, the same one every time', async () => {
    await begin({})
    const now = context.clock.now()
    known = [now / 1000 - 60]
    await history(now - 5 * MINUTE, now)
    await history(now - 5 * MINUTE, now)
    expect(services.requests.filter((path) => path.includes('/tokens/') && path.includes('/pools'))).toHaveLength(1)
    expect(asked()[0]).toContain(POOL)
  })

  it('of a token that has no pool is empty', async () => {
    await begin({})
    services.gecko = () => ({ json: { data: [] } })
    expect(await history(0, context.clock.now())).toEqual([])
  })

  it('of a token that was never named is found by its mint', async () => {
    await begin()
    const stranger = addressOf(77)
    services.accounts.set(stranger, mintAccount({ decimals: 2 }))
    services.gecko = () => ({ json: { data: [] } })
    await history(0, context.clock.now(), '1m', stranger)
    expect(context.events).toMatchObject([{ type: 'instrument-listed', instrument: { id: stranger } }])
    await expect(history(0, 1, '1m', addressOf(78))).rejects.toMatchObject({ code: 'unknown-instrument' })
  })

  it.each([
    ['HTML', { text: '<html>' }],
    ['half', { text: '{"data":' }],
    ['no list', { json: { data: { attributes: {} } } }],
    ['500', { text: 'x', status: 500 }],
    ['404', { text: '{"errors":[]}', status: 404 }],
  ])('an answer that is %s is a failure and not an empty list', async (_, reply) => {
    await begin()
    services.gecko = () => reply
    await expect(history(0, context.clock.now())).rejects.toBeInstanceOf(VenueError)
  })

  it('a service that gives 100 at a time is asked until it has given all', async () => {
    await begin()
    const now = context.clock.now()
    known = Array.from({ length: 400 }, (_, index) => now / 1000 - (index + 1) * 60)
    const full = services.gecko
    services.gecko = (path, query) => {
      query.set('limit', '100')
      return full(path, query)
    }
    expect(await history(now - 350 * MINUTE, now)).toHaveLength(350)
  })

  it('one answer that holds all there is ends it', async () => {
    await begin()
    const now = context.clock.now()
    known = [-3, -50, -80].map((minutes) => (now + minutes * MINUTE) / 1000)
    expect(await history(now - 900 * MINUTE, now)).toHaveLength(3)
    expect(asked()).toHaveLength(1)
  })

  it('ends when the service always gives the same page', async () => {
    await begin()
    const now = context.clock.now()
    services.gecko = () => ({ json: { data: { attributes: { ohlcv_list: [candle(now / 1000 - 60)] } } } })
    expect(await history(now - 1_000 * MINUTE, now)).toHaveLength(1)
    expect(asked().length).toBeLessThanOrEqual(2)
  })

  it('older than is kept there is not asked for', async () => {
    await begin()
    const now = context.clock.now()
    expect(await history(0, now - 200 * TIMEFRAME_MS['1d'])).toEqual([])
    expect(asked()).toEqual([])
  })
})

describe('candles', () => {
  it('that cannot be are left out, the others count', () => {
    const good = ['60', '1', '2', '0.5', '1.5', '10']
    const bad = [
      ['120', '1', '2', '1.2', '1.5', '10'],
      ['120', '1', '0.9', '0.5', '0.8', '10'],
      ['120', '0', '2', '0', '1', '10'],
      ['120', '1', '1e400', '0.5', '1', '10'],
      ['120', '1', '2', '0.5', '1', '-1'],
      ['120.5', '1', '2', '0.5', '1', '1'],
      ['120', null, '2', '0.5', '1', '1'],
      ['120', '1', '2', '0.5', '1'],
      null,
      'x',
    ]
    expect(readCandles([...bad, good])).toMatchObject({ bars: [{ ts: 60_000 }], refused: bad.length })
  })

  it('whatever is sent, a bar is sound', () => {
    const number = fc.oneof(fc.double().map(String), fc.integer().map(String), fc.string(), fc.constant(null))
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.tuple(number, number, number, number, number, number), fc.anything())),
        (list) => {
          const { bars } = readCandles(list)
          let before = 0
          for (const { ts, open, high, low, close, volume } of bars) {
            expect(ts).toBeGreaterThan(before)
            expect(low).toBeGreaterThan(0)
            expect(Math.min(open, close)).toBeGreaterThanOrEqual(low)
            expect(Math.max(open, close)).toBeLessThanOrEqual(high)
            expect(volume).toBeGreaterThanOrEqual(0)
            before = ts
          }
        },
      ),
    )
  })
})

const folder = fileURLToPath(new URL('../../../../../shared/data/solana/geckoterminal_collector/', import.meta.url))

describe.skipIf(!existsSync(folder))(
  'a recorded answer (skipped where ../shared/data/solana/geckoterminal_collector is absent)',
  () => {
    it('is read whole: 15 minute candles, newest first, opens stitched to the close before', () => {
      const text = readFileSync(`${folder}OHLCV_validation_test.json`, 'utf8')
      const { data: answer } = ohlcvAnswer.parse(parseExactJson(text))
      const { bars, refused } = readCandles(answer.attributes.ohlcv_list)
      expect(refused).toBe(0)
      expect(bars).toHaveLength(answer.attributes.ohlcv_list.length)
      expect(bars.every(({ ts }) => ts % TIMEFRAME_MS['15m'] === 0)).toBe(true)
      expect(bars.slice(1).map(({ open }) => open)).toEqual(bars.slice(0, -1).map(({ close }) => close))
    })
  },
)
