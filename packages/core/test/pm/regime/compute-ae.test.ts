import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DriverReadings, RegimeInput, RegimeReading, Signals, TrendState } from '../../../src/pm/index.ts'
import {
  computeAE,
  DRIVER_NAMES,
  defaultPmConfig,
  marketCapBucket,
  REGIME_TIMEFRAMES,
  regimeDelta,
} from '../../../src/pm/index.ts'
import type { ScriptedBar } from '../support/signals.ts'
import { signalsOf } from '../support/signals.ts'

const config = defaultPmConfig.regime
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A midnight: bars of all three regime timeframes have just closed. */
const AT = 20_000 * DAY
const LENGTH = { macro: DAY, meso: HOUR, micro: MINUTE } as const

const reading = (bar: ScriptedBar, timeframe: keyof typeof LENGTH): Signals =>
  signalsOf(bar, AT - LENGTH[timeframe], bar.state)

function all(bar: ScriptedBar): DriverReadings['btc'] & object {
  return { macro: reading(bar, 'macro'), meso: reading(bar, 'meso'), micro: reading(bar, 'micro') }
}

const compute = (readings: DriverReadings, more: Partial<RegimeInput> = {}): RegimeReading =>
  computeAE({ readings, timeframe: '1h', at: AT, config, ...more })

describe('the deltas of a driver', () => {
  it.each([
    [{ state: 'S0' }, -0.3, 0.3],
    [{ state: 'S1' }, 0.25, -0.15],
    [{ state: 'S2' }, 0.1, 0.05],
    [{ state: 'S3' }, 0.2, -0.05],
    [{ state: 'S4' }, 0, 0],
    [{ state: 'S1', flags: { buySignal: true } }, 0.45, -0.25],
    [{ state: 'S2', flags: { trimFlag: true } }, -0.1, 0.3],
    [{ state: 'S3', flags: { trimFlag: true } }, -0.05, 0.25],
    [{ state: 'S2', flags: { buyFlag: true } }, 0.25, -0.05],
    [{ state: 'S3', flags: { buyFlag: true } }, 0.4, -0.15],
    [{ state: 'S3', flags: { emergencyExit: true } }, -0.1, 0.25],
    [{ state: 'S2', flags: { buyFlag: true, trimFlag: true } }, 0.05, 0.2],
  ] as const)('%o: A %d, E %d', (bar, dA, dE) => {
    const delta = regimeDelta(signalsOf(bar, 0, null), config)
    expect(delta.dA).toBeCloseTo(dA, 12)
    expect(delta.dE).toBeCloseTo(dE, 12)
  })

  it.each([
    ['S1->S0', -0.7, 0.7],
    ['S3->S0', -0.8, 0.8],
    ['S4->S0', -0.3, 0.3],
  ] as const)('add the transition %s to the state', (transition, dA, dE) => {
    const delta = regimeDelta({ ...signalsOf({ state: 'S0' }, 0, null), transition }, config)
    expect(delta.dA).toBeCloseTo(dA, 12)
    expect(delta.dE).toBeCloseTo(dE, 12)
  })
})

describe('A and E', () => {
  it('are 0.5 without any driver, and every driver is named as missing', () => {
    const { A, E, missing, contributions } = compute({})
    expect([A, E, contributions]).toEqual([0.5, 0.5, []])
    expect(missing.length).toBe(DRIVER_NAMES.length * REGIME_TIMEFRAMES.length)
    expect(missing[0]).toEqual({ driver: 'btc', timeframe: 'macro', reason: 'no-data' })
  })

  it('move by 1.5 times the delta when all that is known agrees', () => {
    expect(compute({ btc: all({ state: 'S3' }), alt: all({ state: 'S3' }) }).A).toBeCloseTo(0.5 + 1.5 * 0.2)
    expect(compute({ bucket: all({ state: 'S0' }) }).E).toBeCloseTo(0.5 + 1.5 * 0.3)
  })

  it('count a dominance the other way round', () => {
    expect(compute({ usdt_dominance: all({ state: 'S3' }) }).A).toBeCloseTo(0.5 - 1.5 * 0.2)
  })

  it('weigh drivers and timeframes, over those present', () => {
    // 1h position: macro .30, meso .55, micro .15; btc 1, bucket 3, usdt_dominance -3.
    const { A, contributions } = compute({
      btc: { meso: reading({ state: 'S3' }, 'meso') },
      bucket: { macro: reading({ state: 'S0' }, 'macro') },
      usdt_dominance: { micro: reading({ state: 'S1' }, 'micro') },
    })
    const sum = 1 * 0.55 * 0.2 + 3 * 0.3 * -0.3 + -3 * 0.15 * 0.25
    const weights = 1 * 0.55 + 3 * 0.3 + 3 * 0.15
    expect(A).toBeCloseTo(0.5 + (1.5 * sum) / weights)
    expect(contributions.map(({ driver, weight }) => [driver, weight])).toEqual([
      ['btc', 0.55],
      ['bucket', 3 * 0.3],
      ['usdt_dominance', -3 * 0.15],
    ])
    expect(0.5 + contributions.reduce((moved, { movedA }) => moved + movedA, 0)).toBeCloseTo(A)
  })

  it.each([
    ['1m', 0.05, 0.35, 0.6],
    ['5m', 0.1, 0.5, 0.4],
    ['15m', 0.15, 0.55, 0.3],
    ['1h', 0.3, 0.55, 0.15],
    ['4h', 0.55, 0.4, 0.05],
    ['1d', 0.8, 0.18, 0.02],
  ] as const)('read macro, meso and micro for a %s position as %d, %d, %d', (timeframe, macro, meso, micro) => {
    const { contributions } = compute({ btc: all({ state: 'S3' }) }, { timeframe })
    expect(contributions.map(({ weight }) => weight)).toEqual([macro, meso, micro])
  })

  it('hold a reading until two intervals after its bar ended, then miss it', () => {
    const readings = { btc: { meso: reading({ state: 'S3' }, 'meso') } }
    expect(compute(readings, { at: AT + 2 * HOUR - 1 }).A).toBeCloseTo(0.8)
    const { A, missing } = compute(readings, { at: AT + 2 * HOUR })
    expect(A).toBe(0.5)
    expect(missing).toContainEqual({ driver: 'btc', timeframe: 'meso', reason: 'stale' })
  })

  it('never read a bar that was not closed yet', () => {
    const { A, missing } = compute({ btc: { meso: reading({ state: 'S3' }, 'meso') } }, { at: AT - 1 })
    expect(A).toBe(0.5)
    expect(missing).toContainEqual({ driver: 'btc', timeframe: 'meso', reason: 'future' })
  })

  it('take an intent from outside until it expires, capped', () => {
    const intent = { intentA: 0.1, intentE: -0.2, expiresAt: AT + 1 }
    expect(compute({}, { intent })).toMatchObject({ A: 0.6, E: 0.3, intentA: 0.1, intentE: -0.2 })
    expect(compute({}, { intent: { ...intent, expiresAt: AT } })).toMatchObject({ A: 0.5, E: 0.5, intentA: 0 })
    expect(compute({}, { intent: { ...intent, intentA: 99, intentE: -99 } })).toMatchObject({
      A: 1,
      E: 0,
      intentA: 2,
      intentE: -2,
    })
  })

  it('stay in 0..1, and whatever is missing is named', () => {
    const bar = fc.record({
      state: fc.constantFrom<TrendState>('S0', 'S1', 'S2', 'S3', 'S4'),
      flags: fc.record({ buyFlag: fc.boolean(), trimFlag: fc.boolean(), emergencyExit: fc.boolean() }),
    })
    const perTimeframe = fc.record(
      { macro: fc.option(bar), meso: fc.option(bar), micro: fc.option(bar) },
      { requiredKeys: [] },
    )
    const drivers = fc.record(
      {
        btc: perTimeframe,
        alt: perTimeframe,
        bucket: perTimeframe,
        btc_dominance: perTimeframe,
        usdt_dominance: perTimeframe,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(drivers, (scripts) => {
        const readings: Record<string, Record<string, Signals | null>> = {}
        for (const driver of DRIVER_NAMES) {
          const known: Record<string, Signals | null> = {}
          for (const timeframe of REGIME_TIMEFRAMES) {
            const script = scripts[driver]?.[timeframe]
            if (script !== undefined) known[timeframe] = script === null ? null : reading(script, timeframe)
          }
          readings[driver] = known
        }
        const { A, E, contributions, missing } = compute(readings)
        expect(A >= 0 && A <= 1 && E >= 0 && E <= 1).toBe(true)
        expect(contributions.length + missing.length).toBe(15)
      }),
    )
  })
})

describe('the bucket of a token', () => {
  it.each([
    [0, 'nano'],
    [4_999_999, 'nano'],
    [5e6, 'micro'],
    [50e6, 'small'],
    [300e6, 'mid'],
    [2e9, 'large'],
    [1e13, 'large'],
    [null, null],
    [Number.NaN, null],
    [-1, null],
  ])('with a market cap of %d is %s', (cap, bucket) => {
    expect(marketCapBucket(cap, config)).toBe(bucket)
  })
})
