import { parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { FRICTIONLESS_SIZING, isDust, roundQuantity } from '../../src/sizing/index.ts'

const d = parseDecimal
const rules = { ...FRICTIONLESS_SIZING, quantityStep: d('0.01'), minQuantity: d('0.05'), minNotional: d('10') }
const strict = { ...rules, closeExemptFromMinimums: false }

describe('dust', () => {
  it('is what lies below the quantity step', () => {
    expect(isDust(d('0.009'), d('1000'), rules)).toBe(true)
    expect(isDust(d('0.01'), d('1000'), rules)).toBe(false)
    expect(isDust(d('0'), d('1000'), rules)).toBe(false)
  })

  it('is what lies below a minimum that closing orders must meet', () => {
    expect(isDust(d('0.04'), d('1000'), strict)).toBe(true)
    expect(isDust(d('0.05'), d('199.9'), strict)).toBe(true)
    expect(isDust(d('0.05'), d('200'), strict)).toBe(false)
    expect(isDust(d('-0.05'), d('200'), strict)).toBe(false)
    expect(isDust(d('0.01'), d('1'), rules)).toBe(false)
  })
})

describe('roundQuantity', () => {
  it('rounds down to the step', () => {
    expect(roundQuantity(d('1.019'), d('0.01'))).toBe('1.01')
    expect(roundQuantity(d('299'), d('100'))).toBe('200')
    expect(() => roundQuantity(d('1'), d('0'))).toThrow(RangeError)
  })
})
