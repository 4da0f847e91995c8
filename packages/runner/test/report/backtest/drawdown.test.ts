import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DrawdownTracker } from '../../../src/report/backtest/drawdown.ts'

function track(curve: readonly number[]): DrawdownTracker {
  const tracker = new DrawdownTracker()
  for (const [at, equity] of curve.entries()) tracker.add(at, equity)
  return tracker
}

describe('the maximum drawdown', () => {
  it('is the deepest fall from a peak before it, with its times', () => {
    expect(track([1000, 1200, 900, 1300, 1100, 1400]).worst).toEqual({ usd: 300, share: 0.25, from: 1, to: 2 })
  })

  it('is none for a curve that only rises', () => {
    expect(track([1000, 1000, 1001, 1200]).worst).toEqual({ usd: 0, share: 0, from: null, to: null })
  })

  it('agrees with comparing every pair of points', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }), (curve) => {
        let worst = 0
        for (const [i, peak] of curve.entries()) {
          for (const later of curve.slice(i)) worst = Math.max(worst, (peak - later) / peak)
        }
        expect(track(curve).worst.share).toBeCloseTo(worst, 12)
      }),
    )
  })
})
