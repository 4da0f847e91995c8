import { decimalFrom, decimalFromNumber, Exact, InvalidDecimalError, parseDecimal, toNumber } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('parseDecimal', () => {
  it.each([
    ['0', '0'],
    ['-0.00', '0'],
    ['007.500', '7.5'],
    ['-15', '-15'],
    ['0.00012', '0.00012'],
    ['100', '100'],
  ])('writes %s as %s', (text, canonical) => expect(parseDecimal(text)).toBe(canonical))

  it.each(['', ' 1', '1e5', '+1', '.5', '1.', 'NaN', 'Infinity', '0x10', '1,5', '1_000', `1${'0'.repeat(40)}`])(
    'refuses "%s"',
    (text) => expect(() => parseDecimal(text)).toThrow(InvalidDecimalError),
  )

  it('reads bigints whole', () => expect(parseDecimal(12345678901234567890n)).toBe('12345678901234567890'))

  it('keeps the value and reads its own text unchanged', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.integer({ min: 0, max: 30 }),
        (units, scale) => {
          const text = new Exact(units.toString()).div(new Exact(10).pow(scale)).toFixed(scale)
          const parsed = parseDecimal(text)
          expect(new Exact(parsed).eq(text)).toBe(true)
          expect(parseDecimal(parsed)).toBe(parsed)
          expect(decimalFrom(new Exact(parsed))).toBe(parsed)
        },
      ),
    )
  })
})

describe('decimalFromNumber', () => {
  it('takes the shortest decimal text, without exponents', () => {
    expect(decimalFromNumber(0.1)).toBe('0.1')
    expect(decimalFromNumber(1e-7)).toBe('0.0000001')
    expect(decimalFromNumber(1e21)).toBe('1000000000000000000000')
    expect(decimalFromNumber(-0)).toBe('0')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) =>
    expect(() => decimalFromNumber(value)).toThrow(InvalidDecimalError),
  )

  it('comes back as the same number, down to what an amount can hold', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
        const back = toNumber(decimalFromNumber(value))
        const most = Math.abs(value) >= 1e-20 ? 0 : 1e-40
        expect(Math.abs(back - value)).toBeLessThanOrEqual(most)
      }),
    )
  })
})

describe('decimalFrom', () => {
  it('writes whatever comes of dividing amounts as an amount that can be read', () => {
    const amount = (scale: number) =>
      fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 25n }), fc.integer({ min: 0, max: scale }))
    const text = ([units, scale]: readonly [bigint, number]) =>
      new Exact(units.toString()).div(new Exact(10).pow(scale))
    fc.assert(
      fc.property(amount(38), amount(12), (a, b) => {
        const quotient = text(a).div(text(b))
        const written = decimalFrom(quotient)
        expect(parseDecimal(written)).toBe(written)
        expect(quotient.minus(written).abs().lte('5e-41')).toBe(true)
      }),
    )
    expect(decimalFrom(new Exact('1e-41'))).toBe('0')
  })
})
