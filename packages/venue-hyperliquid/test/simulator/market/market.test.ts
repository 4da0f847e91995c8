import { Decimal } from 'decimal.js'
import { describe, expect, it } from 'vitest'
import { PERP_UNIVERSE } from '../../../src/reference/index.ts'
import { onPriceGrid } from '../../../src/simulator/engine/order-rules.ts'
import type { CandleInterval } from '../../../src/simulator/market/candles.ts'
import { CANDLE_INTERVALS, candleAfter, candleAt, candleSnapshot } from '../../../src/simulator/market/candles.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/simulator/market/coin-path.ts'
import { Market } from '../../../src/simulator/market/market.ts'
import { joinBars } from '../../../src/simulator/market/path-bar.ts'
import { marketTrades } from '../../../src/simulator/market/venue-trade.ts'

/** 2026-11-22 17:00:30 UTC. */
const NOW = 1_795_366_830_000
const make = (seed = 'test') => new Market(seed, PERP_UNIVERSE, NOW)
const snapshot = (market: Market, coin: string, interval: CandleInterval, startTime = 0, now = NOW) =>
  candleSnapshot(market.coin(coin), interval, { startTime, endTime: now, now, firstTime: market.firstTime })

describe('the seeded market', () => {
  it('is the same for the same seed, whatever was asked for before, and another for another seed', () => {
    const first = make()
    const second = make()
    snapshot(second, 'BTC', '1d')
    marketTrades(second.coin('BTC'), 'test', NOW - 5 * DAY_MS, NOW - 5 * DAY_MS + MINUTE_MS)
    expect(snapshot(first, 'BTC', '1m').slice(-50)).toEqual(snapshot(second, 'BTC', '1m').slice(-50))
    expect(first.book('BTC', NOW)).toEqual(second.book('BTC', NOW))
    expect(snapshot(make('other'), 'BTC', '1m').at(-1)).not.toEqual(snapshot(first, 'BTC', '1m').at(-1))
  })

  it.each(['BTC', 'SOL', 'kPEPE', 'ALT'])('%s: longer candles are the sum of the minutes', (coin) => {
    const market = make().coin(coin)
    const day = Math.floor(NOW / DAY_MS) * DAY_MS - DAY_MS
    const minutes = Array.from({ length: 1440 }, (_, index) => {
      const start = day + index * MINUTE_MS
      return market.bar(start, start + MINUTE_MS, NOW)
    })
    expect(market.bar(day, day + DAY_MS, NOW)).toEqual(minutes.reduce(joinBars))
    for (const hour of [0, 7, 23]) {
      const start = day + hour * HOUR_MS
      const inside = minutes.slice(hour * 60, hour * 60 + 60)
      expect(market.bar(start, start + HOUR_MS, NOW)).toEqual(inside.reduce(joinBars))
    }
  })

  it('shows a running candle as far as it has happened', () => {
    const market = make().coin('ETH')
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS
    const trades = marketTrades(market, 'test', hour - 1, NOW)
    const candle = candleAt(market, '1h', hour, NOW)
    expect(candle.n).toBe(trades.length)
    expect(candle.o).toBe(trades[0]?.px)
    expect(candle.c).toBe(trades.at(-1)?.px)
    expect(Number(candle.v)).toBeCloseTo(
      trades.reduce((sum, trade) => sum + Number(trade.sz), 0),
      6,
    )
  })

  it('keeps 5000 candles of an interval and daily history of more than 600 days', () => {
    const market = make()
    expect(snapshot(market, 'BTC', '1d').length).toBeGreaterThan(600)
    expect(snapshot(market, 'BTC', '1m')).toHaveLength(5000)
    expect(snapshot(market, 'BTC', '1h')).toHaveLength(5000)
  })

  it.each(Object.keys(CANDLE_INTERVALS) as CandleInterval[])(
    '%s candles follow on each other without a gap',
    (interval) => {
      const candles = snapshot(make(), 'SOL', interval, NOW - 200 * DAY_MS).slice(-40)
      for (const candle of candles) expect(candle.T).toBe(candleAfter(interval, candle.t) - 1)
      for (const [index, candle] of candles.slice(1).entries()) {
        expect(candle.t).toBe((candles[index]?.T ?? 0) + 1)
        expect(candle.o).toBe(candles[index]?.c)
      }
      expect(candles.at(-1)?.T).toBeGreaterThan(NOW)
    },
  )

  it('answers a range with the candle that contains its start, up to its end', () => {
    const market = make()
    const startTime = NOW - 10 * HOUR_MS
    const candles = candleSnapshot(market.coin('BTC'), '1h', {
      startTime,
      endTime: NOW - 5 * HOUR_MS,
      now: NOW,
      firstTime: market.firstTime,
    })
    expect(candles[0]?.t).toBe(Math.floor(startTime / HOUR_MS) * HOUR_MS)
    expect(candles).toHaveLength(6)
  })

  it('keeps every price on the venue’s grid and moves about as much as such coins do', () => {
    const market = make()
    for (const { name, szDecimals } of market.listings()) {
      const candles = snapshot(market, name, '1d', NOW - 400 * DAY_MS)
      const prices = candles.flatMap(({ o, h, l, c }) => [o, h, l, c])
      expect({ name, off: prices.filter((price) => !onPriceGrid(new Decimal(price), szDecimals)) }).toEqual({
        name,
        off: [],
      })
      const moves = candles.slice(1, -1).map((candle, index) => Math.log(Number(candle.c) / Number(candles[index]?.c)))
      const volatility = Math.sqrt((moves.reduce((sum, move) => sum + move * move, 0) / moves.length) * 365)
      expect({ name, plausible: volatility > 0.15 && volatility < 2.5 }).toEqual({ name, plausible: true })
    }
  })

  it('has trends: what a day did, the next one does rather than its opposite', () => {
    const market = make()
    let together = 0
    let total = 0
    for (const coin of ['BTC', 'ETH', 'SOL', 'HYPE', 'DOGE', 'SUI', 'LINK', 'AVAX']) {
      const candles = snapshot(market, coin, '1d', NOW - 900 * DAY_MS)
      const moves = candles.map((candle) => Math.log(Number(candle.c) / Number(candle.o)))
      for (const [index, move] of moves.slice(1).entries()) {
        together += move * (moves[index] ?? 0)
        total += move * move
      }
    }
    expect(together / total).toBeGreaterThan(0.02)
  })

  it('keeps a book that is never crossed and always has both sides', () => {
    const market = make()
    for (const { name } of market.listings().filter((listing) => !listing.delisted)) {
      for (const at of [NOW, NOW + 700, NOW + 61_000]) {
        const { bids, asks } = market.book(name, at)
        const [bid, ask] = [bids[0]?.price ?? Number.NaN, asks[0]?.price ?? Number.NaN]
        expect({ name, at, open: bid < ask }).toEqual({ name, at, open: true })
        expect(bids.map(({ price }) => price)).toEqual(bids.map(({ price }) => price).sort((a, b) => b - a))
        expect(asks.map(({ price }) => price)).toEqual(asks.map(({ price }) => price).sort((a, b) => a - b))
      }
    }
  })

  it('keeps no book of a delisted coin', () => {
    expect(make().book('MATIC', NOW)).toEqual({ bids: [], asks: [] })
  })

  it('does not give again what was taken from a level until it refills', () => {
    const market = make()
    const [best] = market.book('BTC', NOW).asks
    market.take('BTC', best?.price ?? 0, best?.lots ?? 0, NOW)
    expect(market.book('BTC', NOW + 100).asks.some(({ price }) => price === best?.price)).toBe(false)
    expect(market.book('BTC', NOW + 500).asks.length).toBeGreaterThan(0)
  })
})

describe('what accounts and tests add to the market', () => {
  it('jumps to a pushed price, which candles of every length show', () => {
    const market = make().coin('SOL')
    const before = market.priceAt(NOW)
    market.push(before * 2, NOW)
    expect(market.priceAt(NOW) / before).toBeCloseTo(2, 3)
    const later = NOW + 3 * DAY_MS
    const minutes = market.bar(NOW - 30_000, NOW + 30_000, later)
    expect(minutes.high / minutes.low).toBeGreaterThan(1.9)
    const start = Math.floor(NOW / DAY_MS) * DAY_MS
    const day = market.bar(start, start + DAY_MS, later)
    const pieces = Array.from({ length: 1440 }, (_, index) => {
      return market.bar(start + index * MINUTE_MS, start + (index + 1) * MINUTE_MS, later)
    })
    expect(day).toEqual(pieces.reduce(joinBars))
    expect(market.bar(start + DAY_MS, start + 2 * DAY_MS, later).open).toBe(day.close)
  })

  it('folds an account’s own trade into the candles', () => {
    const market = make().coin('ETH')
    const start = Math.floor(NOW / MINUTE_MS) * MINUTE_MS
    const before = market.bar(start, start + MINUTE_MS, NOW)
    const price = before.high * 2
    market.print({ time: NOW, price, lots: 7, side: 'B', tid: 1, hash: '0x', users: ['0x1', '0x2'] })
    expect(market.bar(start, start + MINUTE_MS, NOW)).toEqual({
      ...before,
      high: price,
      close: price,
      lots: before.lots + 7,
      trades: before.trades + 1,
    })
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS
    expect(market.bar(hour, hour + HOUR_MS, NOW + 2 * HOUR_MS).high).toBe(price)
  })
})
