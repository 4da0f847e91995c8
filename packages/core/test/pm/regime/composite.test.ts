import { describe, expect, it } from 'vitest'
import type { Bar } from '../../../src/market/bar.ts'
import type { CompositeState } from '../../../src/pm/index.ts'
import {
  advanceComposite,
  advanceRegime,
  BarError,
  createComposite,
  createRegimeState,
  defaultPmConfig,
  driverReadings,
  restoreRegime,
  saveRegime,
} from '../../../src/pm/index.ts'
import { quickConfig, randomBars } from '../support/test-bars.ts'

const bar = (ts: number, open: number, high: number, low: number, close: number, volume = 1): Bar => ({
  ts,
  open,
  high,
  low,
  close,
  volume,
})

function step(state: CompositeState, ts: number, members: Readonly<Record<string, Bar>>): Bar | null {
  return advanceComposite(state, ts, new Map(Object.entries(members)))
}

describe('a composite', () => {
  it('chains the mean of its members from 100, whatever their prices', () => {
    const index = createComposite(defaultPmConfig.regime)
    expect(step(index, 0, { A: bar(0, 9, 11, 8, 10), B: bar(0, 2000, 2000, 2000, 2000) })).toBeNull()
    const members = { A: bar(60, 10, 12, 9, 11, 5), B: bar(60, 2000, 2000, 1900, 1900, 2) }
    const first = step(index, 60, members)
    expect(first?.close).toBeCloseTo(100 * ((11 / 10 + 1900 / 2000) / 2))
    expect(first?.high).toBeCloseTo(110)
    expect(first?.low).toBeCloseTo(92.5)
    expect(first).toMatchObject({ ts: 60, open: 100, volume: 11 * 5 + 1900 * 2 })
    const second = step(index, 120, { A: bar(120, 11, 11, 11, 11), B: bar(120, 1900, 1900, 1900, 3800) })
    expect(second?.close).toBeCloseTo((first?.close ?? 0) * 1.5)
  })

  it('lets a member sit out a step in which it, or its bar before, is not there', () => {
    const index = createComposite(defaultPmConfig.regime)
    step(index, 0, { A: bar(0, 10, 10, 10, 10), B: bar(0, 10, 10, 10, 10) })
    expect(step(index, 1, { A: bar(1, 11, 11, 11, 11) })?.close).toBeCloseTo(110)
    // B is back, but has no bar of the last step; a bar of another time is not of this step.
    const back = step(index, 2, { A: bar(2, 11, 11, 11, 11), B: bar(2, 90, 90, 90, 90), C: bar(1, 5, 5, 5, 5) })
    expect(back?.close).toBeCloseTo(110)
    expect(back?.volume).toBe(11)
    expect(step(index, 3, { B: bar(3, 99, 99, 99, 99) })?.close).toBeCloseTo(121)
  })

  it('has no bar in a step without members, and goes on from where it was', () => {
    const index = createComposite(defaultPmConfig.regime)
    step(index, 0, { A: bar(0, 10, 10, 10, 10) })
    step(index, 1, { A: bar(1, 20, 20, 20, 20) })
    expect(step(index, 2, {})).toBeNull()
    expect(step(index, 3, { A: bar(3, 50, 50, 50, 50) })).toBeNull()
    expect(step(index, 4, { A: bar(4, 25, 25, 25, 25) })?.close).toBeCloseTo(100)
  })

  it('does not depend on the order of its members, and resumes from text', () => {
    const series = ['A', 'B', 'C'].map((name, i) => [name, randomBars(50, i)] as const)
    const at = (i: number, order: typeof series): Map<string, Bar> =>
      new Map(order.flatMap(([name, bars]) => (bars[i] === undefined ? [] : [[name, bars[i]] as const])))
    const one = createComposite(defaultPmConfig.regime)
    let other = createComposite(defaultPmConfig.regime)
    for (let i = 0; i < 50; i++) {
      const ts = i * 60_000
      expect(advanceComposite(other, ts, at(i, series.toReversed()))).toEqual(advanceComposite(one, ts, at(i, series)))
      other = JSON.parse(JSON.stringify(other))
    }
  })

  it('refuses a step that does not follow the last', () => {
    const index = createComposite(defaultPmConfig.regime)
    step(index, 60, {})
    expect(() => step(index, 60, {})).toThrow(BarError)
  })
})

describe('the state of the regime', () => {
  it('gives each driver its last signals, the bucket its own', () => {
    const regime = createRegimeState()
    for (const one of randomBars(100, 1)) advanceRegime(regime, 'btc', 'micro', one, quickConfig)
    for (const one of randomBars(100, 2)) advanceRegime(regime, 'bucket:mid', 'meso', one, quickConfig)
    for (const one of randomBars(20, 3)) advanceRegime(regime, 'alt', 'macro', one, quickConfig)
    const mid = driverReadings(regime, 'mid')
    expect(mid.btc?.micro?.ts).toBe(99 * 60_000)
    expect(mid.bucket?.meso?.ts).toBe(99 * 60_000)
    expect(mid.alt).toEqual({ macro: null })
    expect(mid.usdt_dominance).toEqual({})
    expect(driverReadings(regime, 'nano').bucket).toEqual({})
    expect(driverReadings(regime, null).bucket).toEqual({})
  })

  it('goes on bit for bit from saved text', () => {
    const kept = createRegimeState()
    let saved = createRegimeState()
    for (const one of randomBars(200, 4)) {
      const wanted = advanceRegime(kept, 'btc_dominance', 'meso', one, quickConfig)
      expect(advanceRegime(saved, 'btc_dominance', 'meso', one, quickConfig)).toEqual(wanted)
      saved = restoreRegime(JSON.parse(JSON.stringify(saveRegime(saved))))
    }
    expect(saveRegime(saved)).toEqual(saveRegime(kept))
  })
})
