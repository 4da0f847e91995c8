import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DecimalString } from '../../../src/amounts/decimal-string.ts'
import type { JsonValue } from '../../../src/contract/services.ts'
import type { Intent, Planner, PositionState, SignalModel, TrendState } from '../../../src/pm/index.ts'
import {
  adoptHolding,
  bookFunding,
  bookOrderCost,
  createPositionState,
  defaultPmConfig,
  InvalidFillError,
  positionStatus,
  restorePosition,
  SavedStateError,
  savePosition,
  stepPosition,
  universalSignals,
} from '../../../src/pm/index.ts'
import { ScriptedPosition } from '../support/scripted-position.ts'
import type { ScriptedBar } from '../support/signals.ts'
import { signalsOf } from '../support/signals.ts'
import { randomBars } from '../support/test-bars.ts'

const text = (value: string): DecimalString => value as DecimalString
const RETEST = { state: 'S2', flags: { buyFlag: true } } as const

describe('a trade', () => {
  it('is told with its pattern, its exit and what was known at entry', () => {
    const position = new ScriptedPosition({ A: 0.8 })
    const entry = position.trade(RETEST)
    const exit = position.plan({ state: 'S0', close: 110, flags: { exitPosition: true } })
    expect(position.fill(exit, { part: 0.5 }).closed).toBeNull()
    const { closed } = position.fill(exit)
    expect(closed).toMatchObject({
      pattern: 'S2.buyFlag',
      exitRule: 'exitPosition',
      entryPrice: '100',
      exitPrice: '110',
      pnlUsd: '25',
      r: 0.1,
      entry: { barTs: entry.barTs, rule: 'S2.buyFlag', state: 'S2', A: 0.8, band: 'high', close: 100, atr: 2 },
    })
  })

  it('ends with what is written off as dust', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    const exit = position.plan({ state: 'S0', flags: { exitPosition: true } })
    position.fill(exit, { part: 0.999 })
    expect(position.history.exitDue).not.toBeNull()
    expect(position.dust().closed).toMatchObject({ exitRule: 'exitPosition', dust: { quantity: '0.0015' } })
    expect(position.history.exitDue).toBeNull()
    expect(position.state.figures.quantity).toBe(0)
  })

  it('ends with a liquidation, and the rest of the plan knows', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    expect(position.external('sell', 1.5, 60).closed).toMatchObject({ pattern: 'S2.buyFlag', exitRule: 'external' })
    expect(position.history.stopPrice).toBeNull()
    expect(position.step({ state: 'S0', flags: { exitPosition: true } }).kind).toBe('hold')
  })

  it('takes funding into its P&L', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    bookFunding(position.state, text('-1.5'))
    const exit = position.plan({ state: 'S0', flags: { exitPosition: true } })
    expect(position.fill(exit).closed).toMatchObject({ pnlUsd: '-1.5', fundingUsd: '-1.5' })
  })
})

describe('what a refused order cost', () => {
  const gas = { in: 'other', asset: 'SOL', amount: text('0.000005'), usd: text('0.8') } as const

  it('is a loss of the trade that is open, and of what it had at risk', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    const before = position.state.book
    expect(bookOrderCost(position.state, { side: 'sell', fee: gas, at: 5 }, defaultPmConfig).closed).toBeNull()
    expect(position.state.book).toMatchObject({
      quantity: before.quantity,
      costUsd: before.costUsd,
      extractedUsd: '-0.8',
      realisedPnlUsd: '-0.8',
      feesUsd: '0.8',
    })
    const exit = position.plan({ state: 'S0', flags: { exitPosition: true } })
    expect(position.fill(exit).closed).toMatchObject({ pnlUsd: '-0.8', feesUsd: '0.8', peakAtRiskUsd: '150.8' })
  })

  it('of an entry counts as invested, and leaves less of the allocation', () => {
    const { state } = new ScriptedPosition()
    bookOrderCost(state, { side: 'buy', fee: gas, at: 5 }, defaultPmConfig)
    expect(state.book).toMatchObject({ quantity: '0', investedUsd: '0.8', realisedPnlUsd: '-0.8', trade: null })
    expect(state.figures.investedUsd).toBe(0.8)
  })

  it('in base takes from what is held, down to nothing, which ends the trade', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    const fee = (amount: string) => ({ side: 'sell', at: 5, fee: { in: 'base', amount: text(amount) } }) as const
    bookOrderCost(position.state, fee('0.5'), defaultPmConfig)
    expect(position.state.book).toMatchObject({ quantity: '1', averageEntry: '150', realisedPnlUsd: '0' })
    const { closed } = bookOrderCost(position.state, fee('7'), defaultPmConfig)
    expect(closed).toMatchObject({ pnlUsd: '-150' })
    expect(position.state.figures.quantity).toBe(0)
    expect(position.history.stopPrice).toBeNull()
  })
})

describe('an adopted holding', () => {
  const adopt = (position: ScriptedPosition): void => {
    const holding = { id: 'adopted', quantity: text('2'), averageEntry: text('100'), at: 0 }
    adoptHolding(position.state, holding, defaultPmConfig)
  }

  it('gets its stop from its average entry and the ATR of its first step', () => {
    const position = new ScriptedPosition()
    adopt(position)
    expect(position.history.stopPrice).toBeNull()
    position.step({ state: 'S1', atr: 3 })
    expect(position.history.stopPrice).toBe(88)
    position.step({ state: 'S1', atr: 9 })
    expect(position.history.stopPrice).toBe(88)
  })

  it('is sold on that very step if it is below', () => {
    const position = new ScriptedPosition()
    adopt(position)
    expect(position.plan({ state: 'S1', close: 90, atr: 2 }).rule).toBe('stop')
  })

  it('counts as bought from outside', () => {
    const position = new ScriptedPosition()
    adopt(position)
    expect(position.state.figures).toMatchObject({ quantity: 2, investedUsd: 200, openedBy: 'external' })
  })

  it('must be something', () => {
    const { state } = new ScriptedPosition()
    const nothing = { id: 'x', quantity: text('0'), averageEntry: text('100'), at: 0 }
    expect(() => adoptHolding(state, nothing, defaultPmConfig)).toThrow(InvalidFillError)
  })
})

describe('the status', () => {
  it('is active while something is held, dormant until warm, else watchlist', () => {
    expect(positionStatus(1, 0, defaultPmConfig)).toBe('active')
    expect(positionStatus(0, 349, defaultPmConfig)).toBe('dormant')
    expect(positionStatus(0, 350, defaultPmConfig)).toBe('watchlist')
  })
})

describe('models', () => {
  it('can be replaced: another planner sees the same input, other signals keep their own state', () => {
    const seen: number[] = []
    const planner: Planner = {
      plan(input) {
        seen.push(input.position.remainingUsd)
        return { kind: 'hold', blocked: [], nearest: null, cancelResting: false }
      },
    }
    const counting: SignalModel<{ count: number }> = {
      create: () => ({ count: 0 }),
      advance(state, bar) {
        state.count++
        return { signals: signalsOf({ state: 'S1', close: bar.close }, bar.ts, null), bars: state.count }
      },
      save: (state) => ({ ...state }),
      restore: (saved) => ({ count: (saved as { readonly count: number }).count }),
    }
    let state = createPositionState('1m', defaultPmConfig, counting)
    for (const bar of randomBars(3, 1)) {
      state = restorePosition(savePosition(state, counting), counting)
      stepPosition({
        state,
        bar,
        A: 0.5,
        E: 0.5,
        allocationUsd: 700,
        config: defaultPmConfig,
        models: { signals: counting, planner },
      })
    }
    expect(state.bars).toBe(3)
    expect(seen).toEqual([700, 700, 700])
  })

  it('refuse a state of another version', () => {
    const saved = savePosition(createPositionState('1m', defaultPmConfig))
    expect(() => restorePosition({ ...(saved as object), version: 2 } as JsonValue)).toThrow(SavedStateError)
    expect(universalSignals.restore((saved as { readonly series: JsonValue }).series)).toBeDefined()
  })
})

describe('whatever happens', () => {
  const states = fc.constantFrom<TrendState>('S0', 'S1', 'S2', 'S3')
  const bar = fc.record({
    state: states,
    close: fc.integer({ min: 50, max: 150 }),
    atr: fc.integer({ min: 1, max: 5 }),
    trimLevel: fc.integer({ min: 90, max: 110 }),
    flags: fc.record({
      buySignal: fc.boolean(),
      buyFlag: fc.boolean(),
      trimFlag: fc.boolean(),
      emergencyExit: fc.boolean(),
      reclaimed: fc.boolean(),
      exitPosition: fc.boolean(),
    }),
  })
  const step = fc.record({
    bar,
    /** How much of the plan fills before the next bar, in up to two parts; the rest is cancelled. */
    parts: fc.array(fc.constantFrom(0.25, 0.5), { maxLength: 2 }),
    slip: fc.integer({ min: -3, max: 3 }),
    A: fc.constantFrom(0, 0.5, 1),
    E: fc.constantFrom(0, 0.5, 1),
  })

  /** Flags as a signal model may set them: emergencyExit excludes buys in S3, exitPosition stands alone. */
  function plausible({
    state,
    close,
    atr,
    trimLevel,
    flags,
  }: typeof bar extends fc.Arbitrary<infer T> ? T : never): ScriptedBar {
    if (flags.exitPosition) return { state: 'S0', close, atr, flags: { exitPosition: true } }
    const s3 = state === 'S3'
    const trimFlag = flags.trimFlag && (s3 || state === 'S2')
    return {
      state,
      close,
      atr,
      trimLevel: trimFlag ? trimLevel : null,
      flags: {
        buySignal: flags.buySignal && state === 'S1',
        buyFlag: flags.buyFlag && (state === 'S2' || (s3 && !flags.emergencyExit)),
        trimFlag,
        emergencyExit: s3 && flags.emergencyExit,
        reclaimed: s3 && flags.reclaimed && !flags.emergencyExit,
      },
    }
  }

  it('never spends beyond the allocation, and keeps its books and marks consistent', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const position = new ScriptedPosition()
        const wrong: string[] = []
        for (const { bar: raw, parts, slip, A, E } of steps) {
          position.A = A
          position.E = E
          const plan = position.step(plausible(raw))
          wrong.push(...faultsOf(position.state))
          if (plan.kind !== 'intent') continue
          wrong.push(...faultsOfIntent(plan.intent, position.state))
          for (const part of parts) position.fill(plan.intent, { part, price: plan.intent.close + slip })
          wrong.push(...faultsOf(position.state))
        }
        expect(wrong).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('an exit that is due comes before everything until nothing is held', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const position = new ScriptedPosition()
        const wrong: string[] = []
        for (const { bar: raw, parts } of steps) {
          const plan = position.step(plausible(raw))
          const due = position.history.exitDue
          const intent = plan.kind === 'intent' ? plan.intent : null
          if (due !== null && (intent?.rule !== due.rule || intent.sizeFrac !== 1))
            wrong.push('not the exit that is due')
          if (intent === null) continue
          for (const part of parts) position.fill(intent, { part })
          const held = position.state.figures.quantity > 0
          if (due !== null && position.history.exitDue !== (held ? due : null)) wrong.push('forgot, or kept, the exit')
        }
        expect(wrong).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

function faultsOf({ figures, history, book }: PositionState): readonly string[] {
  const held = figures.quantity > 0
  const { poolUsd, recovery, lastTrim, stopPrice, exitDue } = history
  const rules: readonly [string, boolean][] = [
    ['remains within the allocation', figures.remainingUsd >= 0 && figures.remainingUsd <= 1000],
    // Fills slip by up to 3 USD from the price they were sized at.
    ['holds at most its allocation', figures.quantity * (figures.averageEntry ?? 0) <= 1000 * (1 + 3 / 50)],
    ['has no negative pool', poolUsd >= 0],
    ['has a trade exactly while it holds', (book.trade !== null) === held],
    ['has a stop exactly while it holds', (stopPrice !== null) === held],
    ['keeps nothing of a trade that ended', held || (poolUsd === 0 && recovery === null && lastTrim === null)],
    ['has no exit due when flat', held || exitDue === null],
  ]
  return rules.flatMap(([rule, kept]) => (kept ? [] : [rule]))
}

function faultsOfIntent(intent: Intent, { figures }: PositionState): readonly string[] {
  const held = figures.quantity > 0
  const rules: readonly [string, boolean][] = [
    ['is a share', intent.sizeFrac > 0 && intent.sizeFrac <= 1],
    ['sells only what is held', !intent.reduceOnly || held],
    ['spends only what remains', intent.reduceOnly || intent.notionalUsd <= figures.remainingUsd],
    ['enters when flat and adds when not', intent.reduceOnly || intent.action === (held ? 'add' : 'entry')],
  ]
  return rules.flatMap(([rule, kept]) => (kept ? [] : [rule]))
}
