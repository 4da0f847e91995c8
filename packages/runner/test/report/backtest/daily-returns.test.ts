import { describe, expect, it } from 'vitest'
import { DailyReturns } from '../../../src/report/backtest/daily-returns.ts'

const DAY = 86_400_000

describe('ratios of daily returns', () => {
  it('are those of the equity at the end of each day', () => {
    const daily = new DailyReturns(100)
    // +10 %, -10 %, +10 %; what happens within a day does not matter.
    for (const [at, equity] of [
      [0, 50],
      [DAY / 2, 110],
      [DAY, 99],
      [2 * DAY, 108.9],
    ] as const) {
      daily.add(at, equity)
    }
    const mean = 0.1 / 3
    const deviation = Math.sqrt(((0.1 - mean) ** 2 * 2 + (-0.1 - mean) ** 2) / 3)
    expect(daily.sharpe()).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9)
    expect(daily.sortino()).toBeCloseTo((mean / Math.sqrt(0.01 / 3)) * Math.sqrt(365), 9)
  })

  it('count days without a bar as days without change', () => {
    const daily = new DailyReturns(100)
    daily.add(0, 110)
    daily.add(3 * DAY, 110)
    const mean = 0.1 / 4
    const deviation = Math.sqrt(((0.1 - mean) ** 2 + 3 * mean ** 2) / 4)
    expect(daily.sharpe()).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9)
  })

  it('are unknown for less than two days and without movement', () => {
    const daily = new DailyReturns(100)
    daily.add(0, 110)
    expect(daily.sharpe()).toBeNull()
    const still = new DailyReturns(100)
    for (let day = 0; day < 5; day += 1) still.add(day * DAY, 100)
    expect(still.sharpe()).toBeNull()
    expect(still.sortino()).toBeNull()
  })
})
