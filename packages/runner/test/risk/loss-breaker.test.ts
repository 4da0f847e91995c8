import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_RISK } from '../../src/risk/limits.ts'
import type { ProfitMarks } from '../../src/risk/loss-breaker.ts'
import { findBreach, forgiveLosses, markProfit } from '../../src/risk/loss-breaker.ts'

const DAY = 86_400_000
const MIDNIGHT = 20_000 * DAY
const limits = { ...NO_RISK.losses, dailyLossUsd: 50, drawdownUsd: 80 }

/** Breaches over a course of profits, each with hours since a midnight. */
function course(profits: readonly (readonly [hour: number, usd: number])[]): readonly (string | null)[] {
  let marks: ProfitMarks | null = null
  return profits.map(([hour, usd]) => {
    marks = markProfit(marks, usd, MIDNIGHT + hour * 3_600_000)
    return findBreach(marks, usd, limits)?.limit ?? null
  })
}

describe('loss limits', () => {
  it('count a day from 00:00 UTC', () => {
    expect(
      course([
        [1, 0],
        [2, -49.99],
        [23, -50],
        [24, -50],
        [25, -79],
        [26, -99],
      ]),
    ).toEqual([null, null, 'daily-loss', null, null, 'drawdown'])
  })

  it('count a drawdown from the highest profit', () => {
    expect(
      course([
        [1, 0],
        [2, 100],
        [25, 60],
        [49, 20],
      ]),
    ).toEqual([null, null, null, 'drawdown'])
  })

  it('are not passed again by what was lost before a person resumed', () => {
    const marks = forgiveLosses(-500, MIDNIGHT)
    expect(findBreach(marks, -500, limits)).toBeNull()
    expect(findBreach(marks, -549, limits)).toBeNull()
    expect(findBreach(marks, -550, limits)?.limit).toBe('daily-loss')
  })

  it('are none unless the config says so, and no clock going back starts a day', () => {
    const profit = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(profit, profit, fc.nat(100), (before, after, hours) => {
        const first = markProfit(null, before, MIDNIGHT)
        const later = markProfit(first, after, MIDNIGHT - hours * 3_600_000)
        expect(later.day).toBe(first.day)
        expect(later.dayStartUsd).toBe(before)
        expect(later.peakUsd).toBe(Math.max(before, after))
        expect(findBreach(later, after, NO_RISK.losses)).toBeNull()
      }),
    )
  })
})
