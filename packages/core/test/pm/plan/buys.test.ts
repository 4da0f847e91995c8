import { describe, expect, it } from 'vitest'
import { ScriptedPosition } from '../support/scripted-position.ts'
import type { ScriptedBar } from '../support/signals.ts'

const PRIMER = { state: 'S1', flags: { buySignal: true } } as const
const RETEST = { state: 'S2', flags: { buyFlag: true } } as const
const DISCOUNT = { state: 'S3', flags: { buyFlag: true } } as const
const EMERGENCY = { state: 'S3', flags: { emergencyExit: true } } as const
const RECLAIM = { state: 'S3', flags: { reclaimed: true } } as const
const TRIM = { state: 'S3', flags: { trimFlag: true }, trimLevel: 100 } as const

const gates = (position: ScriptedPosition, bar: ScriptedBar, rule: string): readonly string[] =>
  position
    .step(bar)
    .blocked.filter((blocked) => blocked.rule === rule)
    .map(({ gate }) => gate)

describe('S1.buySignal', () => {
  it.each([
    [0.7, 900],
    [0.3, 600],
    [0.29, 300],
  ])('with A %d spends %d of 1000', (A, notionalUsd) => {
    const position = new ScriptedPosition({ A })
    position.step({ state: 'S2' })
    expect(position.plan(PRIMER)).toMatchObject({
      action: 'entry',
      rule: 'S1.buySignal',
      notionalUsd,
      reduceOnly: false,
    })
  })

  it('wants an episode that has been higher, and fills once in it', () => {
    const position = new ScriptedPosition()
    position.step({ state: 'S0' })
    expect(gates(position, PRIMER, 'S1.buySignal')).toEqual(['s2-seen'])
    position.step({ state: 'S2' })
    const intent = position.plan(PRIMER)
    expect(position.plan(PRIMER).rule).toBe('S1.buySignal')
    position.fill(intent, { part: 0.01 })
    expect(gates(position, PRIMER, 'S1.buySignal')).toEqual(['already-filled'])
    position.step({ state: 'S2' })
    expect(gates(position, PRIMER, 'S1.buySignal')).toEqual(['already-filled'])
    position.trade({ state: 'S0', flags: { exitPosition: true } })
    expect(gates(position, PRIMER, 'S1.buySignal')).toEqual(['s2-seen'])
    position.step({ state: 'S2' })
    expect(position.plan(PRIMER).rule).toBe('S1.buySignal')
  })

  it('marks the episode in which it was planned, not the one in which the fill arrives', () => {
    const position = new ScriptedPosition()
    position.step({ state: 'S0' })
    position.step({ state: 'S1' })
    position.step({ state: 'S2' })
    const late = position.plan(PRIMER)
    for (const state of ['S0', 'S1', 'S2'] as const) position.step({ state })
    position.fill(late)
    expect(position.plan(PRIMER)).toMatchObject({ rule: 'S1.buySignal', action: 'add' })
  })
})

describe('an entry', () => {
  it.each([
    ['S2.buyFlag', RETEST],
    ['S3.entry', DISCOUNT],
  ] as const)('%s is once a visit, when flat, of what remains', (rule, bar) => {
    const position = new ScriptedPosition({ A: 0.9 })
    position.step({ state: 'S1' })
    const intent = position.trade(bar)
    expect(intent).toMatchObject({ action: 'entry', rule, notionalUsd: 250, sizeFrac: 0.25, urgency: 'normal' })
    expect(gates(position, bar, rule)).toEqual(['flat'])
    position.external('sell', 2.5, 100)
    expect(gates(position, bar, rule)).toEqual(['already-filled'])
    position.step({ state: 'S0' })
    expect(position.plan(bar).rule).toBe(rule)
  })

  it('is a third once the position has taken out as much as its allocation', () => {
    const position = new ScriptedPosition({ A: 0.9 })
    position.external('buy', 1, 100)
    position.external('sell', 1, 1099)
    expect(position.plan(RETEST).notionalUsd).toBeCloseTo(250)
    position.external('buy', 1, 100)
    position.external('sell', 1, 101)
    expect(position.plan(RETEST).notionalUsd).toBeCloseTo(75)
  })

  it('is held back while an emergency exit of this S3 waits for its rebuy', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    position.trade(EMERGENCY)
    expect(gates(position, DISCOUNT, 'S3.entry')).toEqual(['exit-value'])
    position.step({ state: 'S0' })
    expect(position.plan(DISCOUNT).rule).toBe('S3.entry')
  })

  it('is blocked when nothing remains to spend', () => {
    const position = new ScriptedPosition()
    position.external('buy', 10, 100)
    position.external('sell', 10, 0)
    expect(gates(position, RETEST, 'S2.buyFlag')).toEqual(['remaining'])
  })

  it('follows what its pattern has earned', () => {
    expect(new ScriptedPosition({ A: 0.6, learned: { 'S2.buyFlag': 0.1 } }).plan(RETEST)).toMatchObject({
      band: 'high',
      d: 0.1,
      score: 0.7,
    })
    expect(new ScriptedPosition({ A: 0.6, learned: { 'S3.entry': 0.1 } }).plan(RETEST)).toMatchObject({ band: 'mid' })
    expect(new ScriptedPosition({ A: 0.1, learned: { 'S2.buyFlag': -0.25 } }).plan(RETEST).score).toBe(0)
  })

  it.each(['sells-only', 'exits-only', 'none'] as const)('is not planned when the caller allows %s', (planning) => {
    const position = new ScriptedPosition()
    position.planning = planning
    expect(position.step(RETEST)).toMatchObject({
      kind: 'hold',
      nearest: { rule: 'S2.buyFlag', gate: 'permission', shortfall: 0 },
    })
  })

  it('waits while another intent is open', () => {
    const position = new ScriptedPosition()
    position.openIntent = { kind: 'buy', barTs: 0 }
    expect(position.step(RETEST)).toMatchObject({
      kind: 'hold',
      nearest: { gate: 'open-intent' },
      cancelResting: false,
    })
  })
})

/** Holds 1.5 units at 100 and has trimmed 45% of them at 100: a pool of 67.5 USD. */
function withPool(): ScriptedPosition {
  const position = new ScriptedPosition()
  position.trade(RETEST)
  position.trade(TRIM)
  expect(position.history.poolUsd).toBeCloseTo(67.5)
  return position
}

describe('S2.pool', () => {
  it('buys back a share of the pool and locks the rest as profit', () => {
    const position = withPool()
    const intent = position.plan(RETEST)
    expect(intent).toMatchObject({ rule: 'S2.pool', action: 'add' })
    expect(intent.notionalUsd).toBeCloseTo(0.3 * 67.5)
    position.fill(intent, { part: 0.1 })
    expect(position.history.poolUsd).toBe(0)
    expect(gates(position, RETEST, 'S2.pool')).toEqual(['pool'])
  })

  it('does not touch a pool from which recovery has begun', () => {
    const position = withPool()
    position.trade({ ...DISCOUNT, close: 100 })
    expect(gates(position, RETEST, 'S2.pool')).toEqual(['recovery'])
  })

  it('pools proceeds net of fees', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    position.trade(TRIM, { fee: { in: 'quote', amount: '7.5' as never } })
    expect(position.history.poolUsd).toBeCloseTo(60)
  })
})

describe('S3.dx', () => {
  it('buys three times from the pool it began with, each time lower, then locks the rest', () => {
    const position = withPool()
    const amounts = [100, 96.99, 93].map((close) => {
      const intent = position.plan({ ...DISCOUNT, close })
      position.fill(intent)
      expect(intent.rule).toBe('S3.dx')
      return intent.notionalUsd
    })
    for (const amount of amounts) expect(amount).toBeCloseTo(0.1 * 67.5)
    expect(position.history.poolUsd).toBe(0)
    expect(gates(position, { ...DISCOUNT, close: 50 }, 'S3.dx')).toEqual(['pool'])
  })

  it('waits for its next arm: 1.5 ATR of the planning bar below the price it got', () => {
    const position = withPool()
    position.trade({ ...DISCOUNT, atr: 4 }, { price: 102 })
    expect(position.history.recovery?.arm).toBeCloseTo(96)
    const held = position.step({ ...DISCOUNT, close: 97, atr: 2 })
    expect(held.blocked).toContainEqual({ rule: 'S3.dx', gate: 'arm', margin: -0.5, shortfall: 0.5 })
    expect(position.plan({ ...DISCOUNT, close: 96, atr: 2 }).rule).toBe('S3.dx')
  })

  it('counts partial fills once, and moves stop and arm with their mean price', () => {
    const position = withPool()
    const intent = position.plan({ ...DISCOUNT, atr: 2 })
    position.fill(intent, { part: 0.5, price: 100 })
    expect(position.history.recovery).toMatchObject({ fills: 1, arm: 97 })
    position.fill(intent, { part: 0.5, price: 90 })
    const { recovery, stopPrice } = position.history
    expect(recovery?.fills).toBe(1)
    // Half the money at 100, half at 90.
    expect(recovery?.arm).toBeCloseTo(2 / (1 / 100 + 1 / 90) - 3)
    expect(stopPrice).toBeCloseTo(Number(position.state.book.averageEntry) - 8)
  })

  it('starts over from the proceeds of a trim once recovery has begun', () => {
    const position = withPool()
    position.trade(DISCOUNT)
    expect(position.history.recovery).not.toBeNull()
    position.step({ state: 'S3' })
    position.step({ state: 'S3' })
    const before = Number(position.state.book.extractedUsd)
    position.trade({ ...TRIM, trimLevel: 120 })
    expect(position.history.recovery).toBeNull()
    expect(position.history.poolUsd).toBeCloseTo(Number(position.state.book.extractedUsd) - before)
  })

  it('loses its pool with the trade', () => {
    const position = withPool()
    position.trade({ state: 'S0', flags: { exitPosition: true } })
    expect(position.history).toMatchObject({ poolUsd: 0, recovery: null, lastTrim: null, tradeProceedsUsd: 0 })
  })
})

describe('S3.reclaim', () => {
  it('buys back a share of what the emergency exit was worth when it became due', () => {
    const position = new ScriptedPosition({ A: 0.9 })
    position.trade(RETEST)
    position.plan({ ...EMERGENCY, close: 80 })
    expect(position.history.exitValue).toMatchObject({ usd: 200, unused: true })
    position.trade({ ...EMERGENCY, close: 60 })
    const reclaim = position.plan({ ...RECLAIM, close: 90 })
    expect(reclaim).toMatchObject({ rule: 'S3.reclaim', action: 'entry', notionalUsd: 120 })
    position.fill(reclaim)
    expect(gates(position, RECLAIM, 'S3.reclaim')).toEqual(['exit-value'])
  })

  it('may be used again after the next emergency exit, at the greater worth', () => {
    const position = new ScriptedPosition({ A: 0.9 })
    position.trade(RETEST)
    position.trade(EMERGENCY)
    position.trade(RECLAIM)
    position.trade(EMERGENCY)
    expect(position.history.exitValue).toMatchObject({ usd: 250, unused: true })
    expect(position.plan(RECLAIM).notionalUsd).toBe(150)
  })

  it('is over with this S3', () => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    position.trade(EMERGENCY)
    position.step({ state: 'S0' })
    expect(gates(position, RECLAIM, 'S3.reclaim')).toEqual(['exit-value'])
  })

  it.each([
    ['flat', 0],
    ['holding', 1],
  ])('whose fill comes after a further emergency exit leaves the new rebuy unused: %s', (_, held) => {
    const position = new ScriptedPosition()
    position.trade(RETEST)
    position.trade(EMERGENCY)
    if (held > 0) position.external('buy', held, 100)
    const reclaim = position.plan(RECLAIM)
    position.openIntent = { kind: 'buy', barTs: reclaim.barTs }
    expect(position.step(EMERGENCY).cancelResting).toBe(true)
    position.fill(reclaim)
    position.openIntent = null
    expect(position.history).toMatchObject({ exitDue: { rule: 'emergencyExit' }, exitValue: { unused: true } })
  })
})
