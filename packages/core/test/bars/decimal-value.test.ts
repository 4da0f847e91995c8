import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DecimalString } from '../../src/amounts/decimal-string.ts'
import { decimalValue } from '../../src/bars/decimal-value.ts'

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`))
const decimal = fc
  .record({ sign: fc.constantFrom('', '', '', '-'), whole: digits(18), decimals: fc.option(digits(24)) })
  .map(({ sign, whole, decimals }) => `${sign}${whole}${decimals === null ? '' : `.${decimals}`}`)
const odd = fc.constantFrom('', '.', '-', '1.', '.5', '1..2', '1e400', '1e-400', 'NaN', ' 1', '0x10', '-0', 'Infinity')

it('a decimal is the very number that Number makes of it', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: decimal }, odd, fc.string()), (text) => {
      expect(decimalValue(text as DecimalString)).toBe(Number(text))
    }),
    { numRuns: 20_000 },
  )
})
