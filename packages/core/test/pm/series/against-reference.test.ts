import { describe, expect, it } from 'vitest'
import { advanceSeries, createSeriesState, defaultPmConfig } from '../../../src/pm/index.ts'
import { referenceSignals } from '../support/reference-signals.ts'
import { quickConfig, randomBars } from '../support/test-bars.ts'

const CASES = [
  ['short averages', 1, 900, quickConfig],
  ['short averages', 2, 900, quickConfig],
  ['short averages', 3, 900, quickConfig],
  ['the default averages', 4, 800, defaultPmConfig],
  ['the default averages', 5, 800, defaultPmConfig],
] as const

describe('a series', () => {
  it.for(CASES)('agrees on every bar with the definition read literally: %s, market %d', ([, seed, count, config]) => {
    const { emaPeriods, warmupBars } = config.indicators
    const bars = randomBars(count, seed)
    const wanted = referenceSignals(bars, emaPeriods, warmupBars)
    const state = createSeriesState(config)
    const said = bars.flatMap((bar) => {
      const { signals } = advanceSeries(state, bar, config)
      return signals === null ? [] : [signals]
    })
    expect(said.length).toBe(wanted.length)
    const wrong = said.flatMap(({ state: trend, flags, scores, trimLevel }, i): readonly unknown[] => {
      const want = wanted[i]
      const set = Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []))
      if (want === undefined || trend !== want.state || set.sort().join() !== want.flags.join()) {
        return [{ i, trend, set, want }]
      }
      const pairs = [
        [scores.ts, want.ts],
        [scores.ox, want.ox],
        [scores.edx, want.edx],
        [scores.dx, want.dx],
        [trimLevel, want.trimLevel],
      ] as const
      return pairs.every(([got, value]) => agree(got, value)) ? [] : [{ i, scores, trimLevel, want }]
    })
    expect(wrong.slice(0, 5)).toEqual([])
    expect(new Set(wanted.map((line) => line.state)).size).toBeGreaterThanOrEqual(3)
  })
})

function agree(got: number | null, wanted: number | null): boolean {
  if (got === null || wanted === null) return got === wanted
  return Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))
}
