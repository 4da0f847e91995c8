import { describe, expect, it } from 'vitest'
import { definePmConfig } from '../../../src/pm/index.ts'
import type { PositionOptions } from '../support/scripted-position.ts'
import { ScriptedPosition } from '../support/scripted-position.ts'

const RETEST = { state: 'S2', flags: { buyFlag: true } } as const
const TRIM = { state: 'S2', flags: { trimFlag: true }, trimLevel: 100 } as const

/** A position that bought 150 USD at 100 in S2. */
function holding(options: PositionOptions = {}): ScriptedPosition {
  const position = new ScriptedPosition(options)
  position.step({ state: 'S0' })
  position.step({ state: 'S1' })
  position.trade(RETEST)
  return position
}

describe('an exit', () => {
  it.each([
    ['exitPosition', { state: 'S0', flags: { exitPosition: true } }],
    ['emergencyExit', { state: 'S3', flags: { emergencyExit: true } }],
    ['stop', { state: 'S2', close: 92 }],
  ] as const)('%s sells everything, at once', (rule, bar) => {
    expect(holding().plan(bar)).toMatchObject({
      action: 'emergency_exit',
      rule,
      sizeFrac: 1,
      notionalUsd: 1.5 * (bar.state === 'S2' ? 92 : 100),
      urgency: 'critical',
      reduceOnly: true,
      blocked: [],
    })
  })

  it.each(['exitPosition', 'emergencyExit'] as const)('%s plans nothing when flat', (flag) => {
    const plan = new ScriptedPosition().step({ state: 'S3', flags: { [flag]: true } })
    expect(plan.kind).toBe('hold')
  })

  it('by the stop is 4 ATR of the planning bar below the average entry, and not judged in S3', () => {
    const position = holding()
    expect(position.history.stopPrice).toBe(92)
    expect(position.step({ state: 'S3', close: 50 }).kind).toBe('hold')
    expect(position.step({ state: 'S2', close: 92.01, atr: 9 }).kind).toBe('hold')
    expect(position.plan({ state: 'S2', close: 91 }).rule).toBe('stop')
  })

  it('stays due under its first rule until nothing is held, whatever the market does meanwhile', () => {
    const position = holding()
    const first = position.plan({ state: 'S2', close: 90 })
    position.fill(first, { part: 0.4 })
    expect(position.plan({ state: 'S3', close: 120 })).toMatchObject({
      rule: 'stop',
      sizeFrac: 1,
      notionalUsd: 0.9 * 120,
    })
    const last = position.plan({ state: 'S0', flags: { exitPosition: true } })
    expect(last.rule).toBe('stop')
    position.fill(last)
    expect(position.history.exitDue).toBeNull()
    expect(position.step({ state: 'S1' }).kind).toBe('hold')
  })

  it('becomes due while nothing may be planned, and is planned once it may', () => {
    const position = holding()
    position.planning = 'none'
    const held = position.step({ state: 'S0', flags: { exitPosition: true } })
    expect(held).toMatchObject({
      kind: 'hold',
      nearest: { rule: 'exitPosition', gate: 'permission', shortfall: 0 },
    })
    position.planning = 'exits-only'
    expect(position.plan({ state: 'S0' }).rule).toBe('exitPosition')
  })

  it('cancels what rests, waits until that is terminal, then sells what is left without waiting for a bar', () => {
    const position = holding()
    const trim = position.plan(TRIM)
    position.openIntent = { kind: 'trim', barTs: trim.barTs }
    expect(position.step({ state: 'S2', close: 80 })).toMatchObject({
      kind: 'hold',
      cancelResting: true,
      nearest: { rule: 'stop', gate: 'open-intent' },
    })
    position.fill(trim, { part: 0.5 })
    expect(position.again()).toMatchObject({ kind: 'hold', cancelResting: true })
    position.openIntent = null
    const again = position.again()
    expect(again).toMatchObject({ kind: 'intent', intent: { rule: 'stop', sizeFrac: 1 } })
    expect(again.kind === 'intent' && again.intent.notionalUsd).toBeCloseTo(80 * Number(position.state.book.quantity))
  })

  it('is not planned twice: an open exit is neither cancelled nor repeated', () => {
    const position = holding()
    const exit = position.plan({ state: 'S2', close: 80 })
    position.openIntent = { kind: 'exit', barTs: exit.barTs }
    expect(position.step({ state: 'S0', flags: { exitPosition: true } })).toMatchObject({
      kind: 'hold',
      cancelResting: false,
    })
  })
})

describe('a buy that rests', () => {
  it.each([
    ['exitPosition', { state: 'S0', flags: { exitPosition: true } }],
    ['emergencyExit', { state: 'S3', flags: { emergencyExit: true } }],
  ] as const)('is cancelled by %s even when nothing is held, until it is terminal', (rule, bar) => {
    const position = new ScriptedPosition()
    const buy = position.plan(RETEST)
    position.openIntent = { kind: 'buy', barTs: buy.barTs }
    expect(position.step({ state: 'S2' }).cancelResting).toBe(false)
    expect(position.step(bar).cancelResting).toBe(true)
    expect(position.step({ state: bar.state }).cancelResting).toBe(true)
    // What it still fills is sold again.
    position.fill(buy, { part: 0.1 })
    expect(position.history.exitDue?.rule).toBe(rule)
    position.openIntent = null
    expect(position.again()).toMatchObject({ kind: 'intent', intent: { rule, action: 'emergency_exit' } })
  })

  it('is left alone by signals that came before it', () => {
    const position = new ScriptedPosition()
    position.step({ state: 'S0', flags: { exitPosition: true } })
    position.step({ state: 'S1' })
    const buy = position.plan(RETEST)
    position.openIntent = { kind: 'buy', barTs: buy.barTs }
    expect(position.step({ state: 'S2' }).cancelResting).toBe(false)
    position.fill(buy)
    expect(position.history.exitDue).toBeNull()
  })
})

describe('a trim', () => {
  it.each([
    [0.7, 'high', 0.9],
    [0.69, 'mid', 0.45],
    [0.3, 'mid', 0.45],
    [0.29, 'low', 0.225],
  ] as const)('with E %d is %s: it sells %d', (E, band, sizeFrac) => {
    const intent = holding({ E }).plan(TRIM)
    expect(intent).toMatchObject({ action: 'trim', rule: 'trimFlag', band, urgency: 'high', reduceOnly: true })
    expect(intent.sizeFrac).toBeCloseTo(sizeFrac)
    expect(intent.notionalUsd).toBeCloseTo(sizeFrac * 150)
  })

  it.each([
    [499, 0.3 * 1.5],
    [500, 0.3],
    [999, 0.3],
    [1000, 0.09],
    [3000, 0.03],
  ])('after sales of %d in this trade sells %d', (proceeds, sizeFrac) => {
    const position = holding()
    position.external('sell', 0.5, proceeds * 2)
    expect(position.plan(TRIM).sizeFrac).toBeCloseTo(sizeFrac)
  })

  it('never sells more than 90%', () => {
    const config = definePmConfig({ plan: { trim: { high: 0.8 } } })
    expect(holding({ E: 1, config }).plan(TRIM).sizeFrac).toBe(0.9)
  })

  it('waits three bars, the one it filled in included, and for another level', () => {
    const position = holding()
    const first = position.plan(TRIM)
    position.fill(first)
    expect(position.step({ ...TRIM, trimLevel: 110 })).toMatchObject({ kind: 'hold' })
    const second = position.step({ ...TRIM, trimLevel: 110 })
    expect(second.blocked).toContainEqual({ rule: 'trimFlag', gate: 'trim-spacing', margin: -1, shortfall: 1 / 3 })
    expect(position.step({ ...TRIM, trimLevel: 101 }).blocked).toContainEqual(
      expect.objectContaining({ rule: 'trimFlag', gate: 'trim-level' }),
    )
    expect(position.plan({ ...TRIM, trimLevel: 101.01 }).rule).toBe('trimFlag')
  })

  it('counts its bars from when it filled, even if that is told later', () => {
    const position = holding()
    const first = position.plan(TRIM)
    const filledAt = position.now
    position.openIntent = { kind: 'trim', barTs: first.barTs }
    position.step({ state: 'S2' })
    position.step({ state: 'S2' })
    position.fill(first, { at: filledAt })
    position.openIntent = null
    expect(position.plan({ ...TRIM, trimLevel: 110 }).rule).toBe('trimFlag')
  })

  it('forgets the last one with the trade', () => {
    const position = holding()
    position.trade(TRIM)
    position.trade({ state: 'S0', flags: { exitPosition: true } })
    position.step({ state: 'S1' })
    position.trade(RETEST)
    expect(position.plan(TRIM).rule).toBe('trimFlag')
  })

  it('is larger after patterns that lost and smaller after patterns that won', () => {
    expect(holding({ E: 0.6, learned: { 'S2.buyFlag': -0.1 } }).plan(TRIM)).toMatchObject({ band: 'high', d: -0.1 })
    expect(holding({ E: 0.7, learned: { 'S2.buyFlag': 0.01 } }).plan(TRIM)).toMatchObject({ band: 'mid' })
    expect(holding({ E: 0.6, learned: { 'S3.entry': -0.25 } }).plan(TRIM)).toMatchObject({ band: 'mid', d: 0 })
  })

  it('passes when only sells do, and not when only exits do', () => {
    const position = holding()
    position.planning = 'exits-only'
    expect(position.step(TRIM).blocked).toContainEqual(
      expect.objectContaining({ rule: 'trimFlag', gate: 'permission' }),
    )
    position.planning = 'sells-only'
    expect(position.plan(TRIM).rule).toBe('trimFlag')
  })
})
