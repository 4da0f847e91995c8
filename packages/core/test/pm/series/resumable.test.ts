import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/contract/services.ts'
import type { PositionState, Signals } from '../../../src/pm/index.ts'
import {
  advanceSeries,
  createSeriesState,
  defaultPmConfig,
  restorePosition,
  restoreSeries,
  SavedStateError,
  savePosition,
  saveSeries,
} from '../../../src/pm/index.ts'
import { runFrictionless } from '../support/frictionless-run.ts'
import { quickConfig, randomBars } from '../support/test-bars.ts'

const options = { timeframe: '1m', A: 0.6, E: 0.4, allocationUsd: 1000, config: quickConfig } as const
const throughText = (saved: JsonValue): JsonValue => JSON.parse(JSON.stringify(saved))

describe('a position', () => {
  it('saved as text and restored after any bars goes on bit for bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 900 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 899 }), { maxLength: 20 }),
        (seed, count, cuts) => {
          const bars = randomBars(count, seed)
          const at = new Set(cuts)
          let bar = 0
          const betweenBars = (state: PositionState): PositionState =>
            at.has(bar++) ? restorePosition(throughText(savePosition(state))) : state
          expect(runFrictionless(bars, { ...options, betweenBars })).toEqual(runFrictionless(bars, options))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('restored after every bar trades like one that never stopped', () => {
    const bars = randomBars(3000, 5)
    const betweenBars = (state: PositionState): PositionState => restorePosition(throughText(savePosition(state)))
    const lines = runFrictionless(bars, options)
    expect(runFrictionless(bars, { ...options, betweenBars })).toEqual(lines)
    // The comparison is of something: this market trades in most ways.
    const rules = new Set(lines.flatMap(({ plan }) => (plan.kind === 'intent' ? [plan.intent.rule] : [])))
    expect(rules.size).toBeGreaterThan(5)
  })
})

describe('a series', () => {
  const bars = randomBars(2000, 11)

  it('restored has the same signals and state, and shares nothing with the saved one', () => {
    const state = createSeriesState(defaultPmConfig)
    for (const bar of bars.slice(0, 1200)) advanceSeries(state, bar, defaultPmConfig)
    const saved = saveSeries(state)
    const copy = restoreSeries(saved)
    for (const bar of bars.slice(1200)) {
      expect(advanceSeries(copy, bar, defaultPmConfig)).toEqual(advanceSeries(state, bar, defaultPmConfig))
    }
    expect(saveSeries(copy)).toEqual(saveSeries(state))
    const again = restoreSeries(saved)
    expect(again.indicators.bars).toBe(1200)
  })

  it('refuses a state of another version and says what to do', () => {
    expect(() => restoreSeries({ version: 99 })).toThrow(SavedStateError)
    expect(() => restoreSeries(null)).toThrow(/replay it from its first bar/)
  })

  it('does not look ahead: what it says of a bar is the same whatever comes later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 61, max: 500 }),
        fc.integer({ min: 0, max: 1e6 }),
        (seed, known, otherSeed) => {
          const past = randomBars(known, seed)
          const future = randomBars(700, otherSeed).slice(known)
          const said = signalsOf([...past, ...future])
          expect(said.slice(0, known)).toEqual(signalsOf(past))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('never changes what it has said', () => {
    const state = createSeriesState(quickConfig)
    const said: { readonly signals: Signals | null; readonly text: string }[] = []
    for (const bar of bars) {
      const { signals } = advanceSeries(state, bar, quickConfig)
      said.push({ signals, text: JSON.stringify(signals) })
    }
    expect(said.filter(({ signals, text }) => JSON.stringify(signals) !== text)).toEqual([])
  })

  it('stays small: under 24 KiB of numbers after many bars', () => {
    const state = createSeriesState(defaultPmConfig)
    let numbers = 0
    for (const bar of randomBars(20_000, 3)) {
      advanceSeries(state, bar, defaultPmConfig)
      if (bar.ts % 6_000_000 === 0) numbers = Math.max(numbers, countNumbers(state))
    }
    expect(numbers).toBeGreaterThan(100)
    expect(numbers * 8).toBeLessThan(24 * 1024)
  })
})

function signalsOf(bars: ReturnType<typeof randomBars>): readonly (Signals | null)[] {
  const state = createSeriesState(quickConfig)
  return bars.map((bar) => advanceSeries(state, bar, quickConfig).signals)
}

function countNumbers(value: unknown): number {
  if (typeof value === 'number') return 1
  if (value === null || typeof value !== 'object') return 0
  return Object.values(value).reduce<number>((sum, part) => sum + countNumbers(part), 0)
}
