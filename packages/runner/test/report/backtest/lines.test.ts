import { parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { decisionLine } from '../../../src/report/backtest/decision-line.ts'
import { fillLine } from '../../../src/report/backtest/fill-line.ts'
import { bar, fill, holdStep, intent, position, signals, warmUpStep } from './steps-fixture.ts'

describe('a line of decisions.jsonl', () => {
  it('has the keys in their order, 9 decimals, sums with 6, flags in their order and only scores that are defined', () => {
    const at = bar(0, 133.95)
    const flags = { ...signals(at).flags, reclaimed: true, trimFlag: true }
    const said = signals(at, { flags, trimLevel: 134.09250000049 })
    const step = {
      ...holdStep(at, position('1.8972452', '250.00000049', '0')),
      signals: said,
      plan: { kind: 'intent', intent: intent(said), blocked: [], cancelResting: false } as const,
    }
    expect(decisionLine(step)).toBe(
      '{"ts":1726704000000,"state":"S3","prevState":"S3","flags":["trimFlag","reclaimed"],' +
        '"scores":{"ts":0.642662421,"edx":0.55461,"ox":0.69895919},"trimLevel":134.0925,' +
        '"ema":{"20":132.6853,"30":132.8048,"60":132.8924,"144":132.4593,"250":131.9166,"333":131.701008987},' +
        '"atr":0.760525822,"rsi":61.396657618,"adx":25.65862156,' +
        '"plan":{"action":"trim","sizeFrac":0.225,"notionalUsd":57.180598771,"rule":"trimFlag"},' +
        '"q":1.8972452,"avgEntry":100,"investedUsd":250,"extractedUsd":0}',
    )
  })

  it('has null for no plan, no previous state and a flat position', () => {
    const at = bar(0, 100)
    const line: unknown = JSON.parse(decisionLine({ ...holdStep(at), signals: signals(at, { prevState: null }) }) ?? '')
    expect(line).toMatchObject({ plan: null, prevState: null, trimLevel: null, q: 0, avgEntry: null, flags: [] })
  })

  it('does not exist while warming up', () => {
    expect(decisionLine(warmUpStep(bar(0, 100)))).toBeNull()
  })
})

describe('a line of fills.jsonl', () => {
  it('keeps exact amounts and values the fee in USD', () => {
    const bought = fill({ fee: { in: 'base', amount: parseDecimal('0.001') } })
    expect(JSON.parse(fillLine(bought))).toEqual({
      ts: 1726704000000,
      side: 'buy',
      rule: 'S3.entry',
      price: '100.5',
      quantity: '2.5',
      notionalUsd: '251.25',
      fee: { in: 'base', amount: '0.001' },
      feeUsd: '0.1005',
      intentId: 'i1',
      fillId: 'f1',
      orderId: 'o1',
    })
  })
})
