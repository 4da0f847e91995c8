import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultPmConfig } from '../../../src/pm/index.ts'
import { readLevels } from '../../../src/pm/indicators/levels.ts'
import type { SwingState } from '../../../src/pm/indicators/swings.ts'
import { createSwings, updateSwings } from '../../../src/pm/indicators/swings.ts'
import { randomBars } from '../support/test-bars.ts'

const { levels: config, scores } = defaultPmConfig

interface Range {
  readonly high: number
  readonly low: number
}

/** The definition, read literally: every swing of the last 300 bars, by looking at all of them. */
function swingsByDefinition(bars: readonly Range[]): readonly number[] {
  const found: number[] = []
  for (let i = Math.max(5, bars.length - 300); i + 5 < bars.length; i++) {
    const bar = bars[i]
    const around = [...bars.slice(i - 5, i), ...bars.slice(i + 1, i + 6)]
    if (bar === undefined) continue
    if (around.every((other) => other.high < bar.high)) found.push(bar.high)
    if (around.every((other) => other.low > bar.low)) found.push(bar.low)
  }
  return found.sort((a, b) => a - b)
}

function swingsOf(prices: readonly number[]): SwingState {
  return { ...createSwings(config), prices: [...prices], bars: prices.map((_, i) => i) }
}

describe('swings', () => {
  it('are the strict extremes among five bars on each side, of the last 300 bars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 700 }), (seed, count) => {
        // Coarse prices, so that there are ties.
        const bars = randomBars(count, seed).map(({ high, low }) => ({ high: Math.ceil(high), low: Math.floor(low) }))
        const state = createSwings(config)
        for (const [i, { high, low }] of bars.entries()) updateSwings(state, i + 1, high, low, config)
        expect(state.prices).toEqual(swingsByDefinition(bars))
      }),
      { numRuns: 50 },
    )
  })
})

describe('levels', () => {
  const read = (prices: readonly number[], close: number, anchor: number): ReturnType<typeof readLevels> =>
    readLevels(swingsOf(prices), 2, close, anchor, config, scores.levelBoost)

  it('need two swings closer than half an ATR', () => {
    expect(read([100, 101], 100, 100)).toEqual({ boost: 0, nearest: null })
    expect(read([100, 100.9], 100, 100).nearest).toBeCloseTo(100.45)
  })

  it('grow by the distance from their mean so far, not from their last swing', () => {
    // 101.3 is 0.9 above 100.4 but 1.1 above the mean of the first two, and starts a cluster of its own.
    expect(read([100, 100.4, 101.3], 103, 103).nearest).toBeCloseTo(100.2)
  })

  it('of two equally near the lower one is nearest', () => {
    expect(read([99, 99, 101, 101], 100, 100).nearest).toBe(99)
  })

  it('boost an anchor within one ATR by strength and nearness, at most 0.25', () => {
    expect(read([100, 100], 0, 100).boost).toBeCloseTo(0.5 * 0.25)
    expect(read([100, 100, 100, 100], 0, 100).boost).toBeCloseTo(0.25)
    expect(read([100, 100, 100, 100, 100, 100], 0, 101).boost).toBeCloseTo(0.125)
    expect(read([100, 100], 0, 102.01).boost).toBe(0)
  })
})
