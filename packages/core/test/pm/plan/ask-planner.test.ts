import { describe, expect, it } from 'vitest'
import type { Intent, Plan, PlanInput, Planner } from '../../../src/pm/index.ts'
import {
  createHistory,
  defaultPmConfig,
  holdPlan,
  makePlan,
  planActions,
  universalSignals,
} from '../../../src/pm/index.ts'
import { askPlanner } from '../../../src/pm/plan/ask-planner.ts'
import { runFrictionless } from '../support/frictionless-run.ts'
import { signalsOf } from '../support/signals.ts'
import { quickConfig, randomBars } from '../support/test-bars.ts'

const signals = signalsOf({ state: 'S3' }, 1_700_000_000_000, 'S2')

function inputWith(parts: Partial<PlanInput> = {}): PlanInput {
  return {
    signals,
    A: 0.5,
    E: 0.5,
    position: {
      quantity: 2,
      averageEntry: 100,
      allocationUsd: 1000,
      investedUsd: 200,
      extractedUsd: 0,
      remainingUsd: 800,
      openedBy: 'S3.entry',
    },
    history: createHistory('1h', defaultPmConfig),
    learned: {},
    openIntent: null,
    planning: 'all',
    config: defaultPmConfig,
    ...parts,
  }
}

const buy = (input: PlanInput): Plan => makePlan(input, signals, { action: 'add', rule: 'S3.entry', sizeFrac: 0.5 })

/** The answer to a plan of which the intent was changed. */
function answerWith(change: Record<string, unknown>): Plan {
  const planner: Planner = {
    plan: (input) => {
      const plan = buy(input)
      if (plan.kind === 'hold') throw new Error('expected an intent')
      return { ...plan, intent: { ...plan.intent, ...change } as Intent }
    },
  }
  return askPlanner(planner, inputWith())
}

describe('a planner of somebody else', () => {
  it('has its plan taken as it is', () => {
    const plan = askPlanner({ plan: buy }, inputWith())
    expect(plan).toEqual(buy(inputWith()))
    expect(plan).toMatchObject({ kind: 'intent', intent: { notionalUsd: 400, sizeFrac: 0.5, reduceOnly: false } })
    expect(askPlanner({ plan: () => holdPlan([], true) }, inputWith())).toEqual(holdPlan([], true))
  })

  it.each([
    [{ sizeFrac: Number.NaN }, 'sizeFrac is NaN'],
    [{ sizeFrac: 1.5 }, 'sizeFrac is 1.5'],
    [{ sizeFrac: 0 }, 'sizeFrac is 0'],
    [{ sizeFrac: '0.5' }, 'sizeFrac is "0.5"'],
    [{ notionalUsd: 801 }, 'buys for 801 USD where 800 remain'],
    [{ notionalUsd: Number.POSITIVE_INFINITY }, 'notionalUsd is Infinity'],
    [{ action: 'yolo' }, 'action is "yolo"'],
    [{ rule: 'mine' }, 'rule is "mine"'],
    [{ rule: 'trimFlag' }, 'trimFlag is none of a buy'],
    [{ action: 'trim', rule: 'trimFlag' }, 'reduceOnly is false'],
    [{ action: 'emergency_exit', rule: 'stop', reduceOnly: true }, 'exits a part'],
    [{ barTs: 1 }, 'is for bar 1'],
    [{ urgency: 'now' }, 'urgency is "now"'],
    [{ maxSlippageBps: -1 }, 'maxSlippageBps is -1'],
    [{ d: null }, 'd is null'],
    [{ score: Number.NaN }, 'score is NaN'],
    [{ band: 'huge' }, 'band is "huge"'],
  ])('whose intent has %j holds and says so', (change, reason) => {
    const plan = answerWith(change)
    expect(plan).toMatchObject({ kind: 'hold', cancelResting: false, nearest: null })
    expect(plan).toHaveProperty('refused', expect.stringContaining(reason))
  })

  it.each([
    [undefined, 'missing'],
    [null, 'answered null'],
    ['hold', 'answered "hold"'],
    [Promise.resolve(holdPlan()), 'a promise'],
    [{}, "plan's kind is missing"],
    [{ kind: 'intent', blocked: [] }, "plan's intent is missing"],
    [{ kind: 'hold' }, "plan's blocked is missing"],
    [{ kind: 'hold', blocked: [{ rule: 'x' }] }, 'no blocked rule: "x"'],
    [{ kind: 'hold', blocked: [], cancelResting: 1 }, 'cancelResting is 1'],
  ])('that answers %j holds and says so', (answer, reason) => {
    const plan = askPlanner({ plan: () => answer as Plan }, inputWith())
    expect(plan).toMatchObject({ kind: 'hold', refused: expect.stringContaining(reason) })
  })

  it('that throws holds with what it threw', () => {
    const plan = askPlanner(
      {
        plan: () => {
          throw new Error('no model file')
        },
      },
      inputWith(),
    )
    expect(plan).toMatchObject({ kind: 'hold', refused: 'the planner threw: no model file' })
  })

  it('sells nothing that is not held, and plans nothing while warming up', () => {
    const flat = inputWith()
    const sell = (input: PlanInput) =>
      makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
    expect(askPlanner({ plan: sell }, flat)).toMatchObject({ kind: 'intent', intent: { reduceOnly: true } })
    const none = { ...flat, position: { ...flat.position, quantity: 0 } }
    // Its worth is 0, so the size is refused first; with a worth of its own it is the holding that lacks.
    expect(askPlanner({ plan: sell }, none)).toHaveProperty('refused')
    const priced = { plan: () => sell(flat) }
    expect(askPlanner(priced, none)).toHaveProperty('refused', 'the intent sells while nothing is held')
    expect(askPlanner({ plan: buy }, { ...flat, signals: null })).toHaveProperty(
      'refused',
      expect.stringContaining('no signals yet'),
    )
  })

  it.each([
    [{ planning: 'sells-only' } as const, 'permission'],
    [{ planning: 'exits-only' } as const, 'permission'],
    [{ planning: 'none' } as const, 'permission'],
    [{ openIntent: { kind: 'buy', barTs: 1 } } as const, 'open-intent'],
  ])('is held back by %j', (parts, gate) => {
    const plan = askPlanner({ plan: buy }, inputWith(parts))
    expect(plan).toMatchObject({ kind: 'hold', nearest: { rule: 'S3.entry', gate } })
    expect(plan).not.toHaveProperty('refused')
  })

  it('cannot change the position through what it is given', () => {
    const input = inputWith()
    const before = structuredClone(input)
    askPlanner(
      {
        plan: (given) => {
          Object.assign(given.history, { stopPrice: 1 })
          Object.assign(given.position, { quantity: 99 })
          Object.assign(given.signals ?? {}, { close: 1 })
          return holdPlan()
        },
      },
      input,
    )
    expect(input).toEqual(before)
  })
})

it('the planner of this framework is refused nothing: asked as a stranger it plans the same', () => {
  const options = { timeframe: '1m', A: 0.6, E: 0.4, allocationUsd: 1000, config: quickConfig } as const
  const bars = randomBars(3000, 5)
  const models = { signals: { ...universalSignals }, planner: { plan: planActions } }
  const lines = runFrictionless(bars, { ...options, models })
  expect(lines).toEqual(runFrictionless(bars, options))
  expect(lines.filter(({ plan }) => plan.kind === 'intent').length).toBeGreaterThan(20)
})
