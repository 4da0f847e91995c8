import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trueRange } from '../../../src/pm/indicators/average-true-range.ts'
import {
  createDirectionalMovement,
  updateDirectionalMovement,
} from '../../../src/pm/indicators/directional-movement.ts'
import { createRelativeStrength, updateRelativeStrength } from '../../../src/pm/indicators/relative-strength.ts'
import { volumeScore } from '../../../src/pm/indicators/volume-score.ts'
import { createWilder, updateWilder } from '../../../src/pm/indicators/wilder.ts'
import type { Ring } from '../../../src/pm/numeric/ring.ts'
import { changeOver, createRing, isFull, newest, pushRing, ringMean } from '../../../src/pm/numeric/ring.ts'
import { slope } from '../../../src/pm/numeric/slope.ts'
import { flatBar } from '../support/test-bars.ts'

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 })

function ringOf(capacity: number, values: readonly number[]): Ring {
  const ring = createRing(capacity)
  for (const value of values) pushRing(ring, value)
  return ring
}

describe('a ring', () => {
  it('holds the last values, however many came before', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 12 }), (values, capacity) => {
        const ring = ringOf(capacity, values)
        const last = values.slice(-capacity)
        expect(newest(ring)).toBe(last.at(-1))
        expect(isFull(ring)).toBe(values.length >= capacity)
        expect(ringMean(ring)).toBeCloseTo(last.reduce((a, b) => a + b) / last.length, 6)
        expect(changeOver(ring)).toBe(values.length >= capacity ? (last.at(-1) ?? 0) - (last[0] ?? 0) : 0)
        expect(ring.values.length).toBeLessThanOrEqual(2 * capacity)
      }),
    )
  })
})

describe('slope', () => {
  it('is that of least squares over the last 10 values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength: 10, maxLength: 40 }),
        (values) => {
          const last = values.slice(-10)
          const mean = last.reduce((a, b) => a + b) / 10
          const wanted = last.reduce((sum, y, x) => sum + (x - 4.5) * (y - mean), 0) / 82.5
          expect(slope(ringOf(10, values))).toBeCloseTo(wanted, 6)
        },
      ),
    )
  })

  it('is 0 with fewer than 10 values, and exactly 0 when nothing moves', () => {
    expect(slope(ringOf(10, [1, 2, 3, 4, 5, 6, 7, 8, 9]))).toBe(0)
    expect(
      slope(
        ringOf(
          10,
          Array.from({ length: 25 }, () => 0.1 + 0.2),
        ),
      ),
    ).toBe(0)
  })
})

describe('Wilder average', () => {
  it('starts with the mean of the first values and then forgets slowly', () => {
    const state = createWilder()
    expect([1, 2, 6].map((x) => updateWilder(state, x, 3))).toEqual([false, false, true])
    expect(state.value).toBe(3)
    updateWilder(state, 9, 3)
    expect(state.value).toBe(5)
  })
})

describe('a gap-marked bar', () => {
  const bar = { ts: 0, open: 120, high: 125, low: 119, close: 121, volume: 1, gapMarked: true }

  it('has no overnight range, no directional movement, and its own change for RSI', () => {
    expect(trueRange(bar, 100)).toBe(6)
    expect(trueRange({ ...bar, gapMarked: false }, 100)).toBe(25)
    const movement = createDirectionalMovement()
    updateDirectionalMovement(movement, bar, 101, 99, 1)
    expect([movement.plus.value, movement.minus.value]).toEqual([0, 0])
    const strength = createRelativeStrength()
    updateRelativeStrength(strength, bar, 100, 1)
    expect(strength.gain.value).toBe(1)
  })
})

describe('a market that does not move', () => {
  it('has RSI 50 and ADX 0', () => {
    const strength = createRelativeStrength()
    const movement = createDirectionalMovement()
    const values = Array.from({ length: 40 }, (_, i) => [
      updateRelativeStrength(strength, flatBar(i, 5), 5, 14),
      updateDirectionalMovement(movement, flatBar(i, 5), 5, 5, 14),
    ])
    expect(values.at(-1)).toEqual([50, 0])
    expect(values[0]).toEqual([null, null])
  })
})

describe('volume score', () => {
  const config = { bars: 64, minDeviation: 1e-9, min: -4, max: 6 }

  it('is the z-score of the newest value among the last 64, clamped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 25, noNaN: true }), { minLength: 64, maxLength: 150 }),
        (values) => {
          const last = values.slice(-64)
          const mean = last.reduce((a, b) => a + b) / 64
          const sd = Math.sqrt(last.reduce((a, b) => a + (b - mean) ** 2, 0) / 64)
          fc.pre(sd > 1e-6)
          const wanted = Math.max(-4, Math.min(6, ((last.at(-1) ?? 0) - mean) / sd))
          expect(volumeScore(ringOf(64, values), config)).toBeCloseTo(wanted, 6)
        },
      ),
    )
  })

  it('is 0 when the volume is always the same', () => {
    expect(
      volumeScore(
        ringOf(
          64,
          Array.from({ length: 200 }, () => Math.log1p(0.1)),
        ),
        config,
      ),
    ).toBe(0)
  })
})
