import { expect, it } from 'vitest'
import type { SignalModel, Signals } from '../../../src/pm/index.ts'
import {
  BarError,
  createPositionState,
  SignalModelError,
  stepPosition,
  universalPlanner,
} from '../../../src/pm/index.ts'
import { signalsOf } from '../support/signals.ts'
import { flatBar, quickConfig } from '../support/test-bars.ts'

const bar = flatBar(60_000, 100)

function step(advance: SignalModel['advance']) {
  const model: SignalModel = { create: () => ({}), advance, save: () => null, restore: () => ({}) }
  const state = createPositionState('1m', quickConfig, model)
  const models = { signals: model, planner: universalPlanner }
  return stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1000, config: quickConfig, models })
}

const good = signalsOf({ state: 'S1' }, bar.ts, null)

it('takes what a signal model of somebody else says', () => {
  expect(step(() => ({ signals: good, bars: 1 })).signals).toEqual(good)
  expect(step(() => ({ signals: null, bars: 1 })).signals).toBeNull()
})

it.each([
  [{ ts: 1 }, 'not that of the bar'],
  [{ atr: Number.NaN }, 'signals.atr'],
  [{ state: 'S9' }, 'S0 to S4'],
  [{ flags: {} }, 'signals.flags.buySignal'],
  [{ margins: null }, 'signals.margins'],
  [{ scores: { ...good.scores, ox: Number.NaN } }, 'signals.scores.ox'],
])('refuses signals with %j', (change, message) => {
  expect(() => step(() => ({ signals: { ...good, ...change } as Signals, bars: 1 }))).toThrow(message)
})

it('says which bar a model failed on, and leaves a refused bar what it is', () => {
  const failing = () =>
    step(() => {
      throw new Error('no weights')
    })
  expect(failing).toThrow(SignalModelError)
  expect(failing).toThrow('bar 60000: no weights')
  expect(() =>
    step(() => {
      throw new BarError('BAR_INVALID', 1, 'impossible')
    }),
  ).toThrow(BarError)
})
