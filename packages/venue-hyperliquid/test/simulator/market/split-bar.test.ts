import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minuteTrades } from '../../../src/simulator/market/minute-trades.ts'
import type { PathBar } from '../../../src/simulator/market/path-bar.ts'
import { joinBars, tradesNeeded } from '../../../src/simulator/market/path-bar.ts'
import { Random } from '../../../src/simulator/market/random.ts'
import { splitBar } from '../../../src/simulator/market/split-bar.ts'
import { roundToTick } from '../../../src/simulator/market/tick.ts'

const szDecimals = 2

/** A bar on the price grid with enough trades for 60 pieces. */
const bars = fc
  .record({
    prices: fc.array(fc.double({ min: 0.002, max: 90_000, noNaN: true }), { minLength: 4, maxLength: 4 }),
    spread: fc.double({ min: 0, max: 0.1, noNaN: true }),
    trades: fc.integer({ min: 240, max: 5000 }),
    lots: fc.integer({ min: 5000, max: 10_000_000 }),
    seed: fc.nat(),
  })
  .map(({ prices, spread, trades, lots, seed }) => {
    const [base = 1] = prices
    const near = prices.map((price) => roundToTick(base * (1 + ((price / 90_000) * 2 - 1) * spread), szDecimals))
    const [open = 1, close = 1] = near
    const bar: PathBar = { open, close, high: Math.max(...near), low: Math.min(...near), trades, lots }
    return { bar, seed }
  })

describe('cutting a bar', () => {
  it('gives pieces that join to exactly that bar, each opening where the last one closed', () => {
    fc.assert(
      fc.property(bars, ({ bar, seed }) => {
        const shape = { pieces: 60, persistence: 0.3, minimumTrades: 1, szDecimals }
        const pieces = splitBar(bar, shape, new Random(seed))
        expect(pieces).toHaveLength(60)
        expect(pieces.reduce(joinBars)).toEqual(bar)
        let close = bar.open
        for (const piece of pieces) {
          expect(piece.open).toBe(close)
          expect(piece.high).toBeGreaterThanOrEqual(Math.max(piece.open, piece.close))
          expect(piece.low).toBeLessThanOrEqual(Math.min(piece.open, piece.close))
          expect(piece.trades).toBeGreaterThanOrEqual(tradesNeeded(piece))
          expect(piece.lots).toBeGreaterThanOrEqual(piece.trades)
          for (const price of [piece.open, piece.high, piece.low, piece.close]) {
            expect(roundToTick(price, szDecimals)).toBe(price)
          }
          close = piece.close
        }
      }),
    )
  })

  it('shows a minute by trades from which the same bar is built', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 0, max: 60 }), ({ bar, seed }, extra) => {
        const minute = { ...bar, trades: tradesNeeded(bar) + extra }
        const trades = minuteTrades(minute, 60_000, szDecimals, new Random(seed))
        expect(trades[0]?.price).toBe(minute.open)
        expect(trades.at(-1)?.price).toBe(minute.close)
        expect(Math.max(...trades.map((trade) => trade.price))).toBe(minute.high)
        expect(Math.min(...trades.map((trade) => trade.price))).toBe(minute.low)
        expect(trades.reduce((sum, trade) => sum + trade.lots, 0)).toBe(minute.lots)
        expect(trades).toHaveLength(minute.trades)
        const times = trades.map((trade) => trade.time)
        expect(times).toEqual([...times].sort((a, b) => a - b))
        expect(times.every((time) => time >= 60_000 && time < 120_000)).toBe(true)
        expect(trades.every((trade) => trade.lots >= 1)).toBe(true)
      }),
    )
  })
})
