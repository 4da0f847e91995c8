import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DecimalString } from '../../../src/amounts/decimal-string.ts'
import { decimalFrom, Exact, parseDecimal } from '../../../src/amounts/decimal-string.ts'
import { allocate } from '../../../src/pm/index.ts'

const Wide = Exact.clone({ precision: 400 })
const text = (value: string): DecimalString => parseDecimal(value)

const digits = fc.tuple(fc.bigInt(0n, 10n ** 38n), fc.integer({ min: 0, max: 36 })).map(([units, decimals]) => {
  const padded = units.toString().padStart(decimals + 1, '0')
  const cut = padded.length - decimals
  return text(decimals === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`)
})
const weights = fc
  .array(digits, { minLength: 1, maxLength: 6 })
  .filter((list) => list.some((weight) => new Wide(weight).gt(0)))
const sum = (list: readonly DecimalString[]) => list.reduce((total, one) => total.plus(one), new Wide(0))

it('the shares add up to the amount, to the last digit, and have its sign', () => {
  fc.assert(
    fc.property(digits, fc.boolean(), weights, (size, negative, list) => {
      const amount = negative && size !== '0' ? text(`-${size}`) : size
      const shares = allocate(amount, list)
      expect(shares).toHaveLength(list.length)
      expect(sum(shares).toFixed()).toBe(new Wide(amount).toFixed())
      for (const share of shares) expect(new Wide(share).mul(amount).gte(0)).toBe(true)
    }),
  )
})

it('of less than the sum of the weights no share exceeds its weight; of the sum each is its weight', () => {
  fc.assert(
    fc.property(weights, fc.bigInt(1n, 1000n), (list, part) => {
      const whole = sum(list)
      const some = decimalFrom(whole.mul(part.toString()).div(1000).toDecimalPlaces(36, Wide.ROUND_DOWN))
      for (const [index, share] of allocate(some, list).entries())
        expect(new Wide(share).lte(list[index] ?? 0)).toBe(true)
      expect(allocate(decimalFrom(whole), list)).toEqual(list)
    }),
  )
})

it('what rounding leaves goes to those that lost most by it', () => {
  expect(allocate(text('1'), [text('1'), text('1'), text('1')])).toEqual(['1', '0', '0'])
  expect(allocate(text('-0.05'), [text('1'), text('2')])).toEqual(['-0.02', '-0.03'])
  expect(allocate(text('10'), [text('0.1'), text('0.2')])).toEqual(['3.3', '6.7'])
})

it('nothing to share among is a mistake of the caller', () => {
  for (const list of [[], [text('0')], [text('1'), text('-1')]]) {
    expect(() => allocate(text('1'), list)).toThrow(RangeError)
  }
})
