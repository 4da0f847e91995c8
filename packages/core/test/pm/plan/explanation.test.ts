import { describe, expect, it } from 'vitest'
import type { PlanInput, PlanRule } from '../../../src/pm/index.ts'
import { createPositionState, defaultPmConfig, planActions, stepPosition } from '../../../src/pm/index.ts'
import { ScriptedPosition } from '../support/scripted-position.ts'
import { signalsOf } from '../support/signals.ts'
import { quickConfig, randomBars } from '../support/test-bars.ts'

const ORDER: readonly PlanRule[] = [
  'exitPosition',
  'emergencyExit',
  'stop',
  'trimFlag',
  'S1.buySignal',
  'S2.buyFlag',
  'S2.pool',
  'S3.dx',
  'S3.entry',
  'S3.reclaim',
]

describe('a hold', () => {
  it('says of every rule, in order, why it did not fire', () => {
    const position = new ScriptedPosition()
    for (const state of ['S4', 'S0', 'S1', 'S2', 'S3'] as const) {
      expect(position.step({ state }).blocked.map(({ rule }) => rule)).toEqual(ORDER)
    }
  })

  it('names the rule that came nearest, and what it lacked', () => {
    const position = new ScriptedPosition()
    const plan = position.step({
      state: 'S2',
      margins: { distance: 0.1, slope: 0.001, strength: -0.06, overextension: -0.01, level: 0.2 },
    })
    expect(plan).toMatchObject({
      kind: 'hold',
      nearest: { rule: 'S2.buyFlag', gate: 'strength', margin: -0.06 },
    })
    expect(plan.kind === 'hold' && plan.nearest?.shortfall).toBeCloseTo(0.1)
  })

  it('counts all that a rule lacked: one far gate is nearer than two', () => {
    const position = new ScriptedPosition()
    position.external('buy', 1, 100)
    const margins = { distance: -0.5, slope: -1, strength: -0.3, overextension: -0.06, level: 0.1 }
    expect(position.step({ state: 'S2', margins })).toMatchObject({
      nearest: { rule: 'trimFlag', gate: 'overextension', margin: -0.06 },
    })
  })

  it('of a flat position outside every zone points at a buy, not at an exit', () => {
    const plan = new ScriptedPosition().step({ state: 'S0' })
    expect(plan).toMatchObject({ kind: 'hold', nearest: { rule: 'S1.buySignal', gate: 'state' } })
  })

  it('while warming up tests no rule', () => {
    const state = createPositionState('1h', defaultPmConfig)
    const bar = { ts: 0, open: 1, high: 1, low: 1, close: 1, volume: 0 }
    const { signals, plan } = stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1, config: defaultPmConfig })
    expect(signals).toBeNull()
    expect(plan).toEqual({ kind: 'hold', blocked: [], nearest: null, cancelResting: false })
  })

  it('has a nearest rule on every bar of a market, one that fired or lacked something', () => {
    const state = createPositionState('1m', quickConfig)
    for (const bar of randomBars(3000, 31)) {
      const { signals, plan } = stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1000, config: quickConfig })
      if (signals === null || plan.kind === 'intent') continue
      expect(plan.nearest?.shortfall).toBeGreaterThan(0)
      expect(plan.blocked.map(({ rule }) => rule)).toEqual(ORDER)
      expect(plan.blocked.filter(({ margin }) => margin !== null && margin >= 0)).toEqual([])
    }
  })
})

describe('an intent', () => {
  it('carries the rules before it, the scores and the marks that explain it, and survives as text', () => {
    const position = new ScriptedPosition({ A: 0.6, E: 0.4 })
    position.step({ state: 'S1' })
    const intent = position.plan({ state: 'S2', flags: { buyFlag: true }, close: 101, atr: 3 })
    expect(intent).toMatchObject({
      state: 'S2',
      prevState: 'S1',
      A: 0.6,
      E: 0.4,
      d: 0,
      score: 0.6,
      band: 'mid',
      scores: { ts: 0.5 },
      close: 101,
      atr: 3,
      maxSlippageBps: defaultPmConfig.plan.maxSlippageBps.normal,
      marks: { s2Visit: 1, s3Visit: 0, trade: 0 },
    })
    expect(intent.blocked.map(({ rule }) => rule)).toEqual(ORDER.slice(0, 5))
    expect(JSON.parse(JSON.stringify(intent))).toEqual(intent)
  })
})

describe('planActions', () => {
  it('is pure: frozen input, the same plan twice', () => {
    const { history } = createPositionState('1h', defaultPmConfig)
    const input: PlanInput = deepFreeze({
      signals: signalsOf({ state: 'S2', flags: { buyFlag: true } }, 0, 'S1'),
      A: 0.5,
      E: 0.5,
      position: {
        quantity: 0,
        averageEntry: null,
        allocationUsd: 1000,
        investedUsd: 0,
        extractedUsd: 0,
        remainingUsd: 1000,
        openedBy: null,
      },
      history,
      learned: {},
      openIntent: null,
      planning: 'all',
      config: defaultPmConfig,
    })
    expect(planActions(input)).toEqual(planActions(input))
    expect(planActions(input).kind).toBe('intent')
  })

  it('exits on the signals alone, even before the history knows of them', () => {
    const { history } = createPositionState('1h', defaultPmConfig)
    const position = {
      quantity: 2,
      averageEntry: 100,
      allocationUsd: 1000,
      investedUsd: 200,
      extractedUsd: 0,
      remainingUsd: 800,
      openedBy: 'external',
    } as const
    const signals = signalsOf({ state: 'S0', flags: { exitPosition: true } }, 0, 'S1')
    const base = {
      A: 0.5,
      E: 0.5,
      history,
      learned: {},
      openIntent: null,
      planning: 'all',
      config: defaultPmConfig,
    } as const
    expect(planActions({ ...base, signals, position })).toMatchObject({ intent: { rule: 'exitPosition' } })
  })
})

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
