import { existsSync, readFileSync } from 'node:fs'
import type { PriceRule } from '@portolan/core'
import { decimalFrom, Exact, parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAllowedPrice, roundPrice } from '../../src/sizing/index.ts'
import { positive, priceRule } from './arbitraries.ts'

const perps = (szDecimals: number): PriceRule => ({
  kind: 'significant-figures',
  figures: 5,
  maxDecimals: 6 - szDecimals,
  integersAlways: true,
})

describe('the significant-figures rule', () => {
  it.each([
    ['1234.5', 1, true],
    ['1234.56', 1, false],
    ['0.001234', 0, true],
    ['0.0012345', 0, false],
    ['0.01234', 1, true],
    ['0.012345', 1, false],
    ['123456', 1, true],
    ['12345.6', 1, false],
  ])('allows %s at szDecimals %i: %s (examples of the venue documentation)', (price, szDecimals, allowed) => {
    expect(isAllowedPrice(parseDecimal(price), perps(szDecimals))).toBe(allowed)
  })

  it('keeps integers of any length when they are always allowed, else not', () => {
    const rule = perps(0)
    expect(roundPrice(parseDecimal('1234567.8'), rule, 'down')).toBe('1234567')
    expect(roundPrice(parseDecimal('1234567.8'), { ...rule, integersAlways: false } as PriceRule, 'down')).toBe(
      '1234500',
    )
  })

  it('rounds up into the next decade', () => {
    expect(roundPrice(parseDecimal('9.99996'), perps(0), 'up')).toBe('10')
    expect(roundPrice(parseDecimal('99999.5'), perps(0), 'up')).toBe('100000')
  })
})

describe('roundPrice', () => {
  it('rounds to the tick', () => {
    const rule: PriceRule = { kind: 'tick', tick: parseDecimal('0.25') }
    expect(roundPrice(parseDecimal('100.30'), rule, 'down')).toBe('100.25')
    expect(roundPrice(parseDecimal('100.30'), rule, 'up')).toBe('100.5')
    expect(roundPrice(parseDecimal('100.30'), rule, 'nearest')).toBe('100.25')
    expect(roundPrice(parseDecimal('0.2'), rule, 'down')).toBe('0')
  })

  it('refuses what cannot be a price or a tick', () => {
    expect(() => roundPrice(parseDecimal('-1'), { kind: 'any' }, 'up')).toThrow(RangeError)
    expect(() => roundPrice(parseDecimal('1'), { kind: 'tick', tick: parseDecimal('0') }, 'up')).toThrow(RangeError)
  })

  it('gives an allowed price on the right side, the nearest of that side, and leaves allowed prices alone', () => {
    fc.assert(
      fc.property(positive(15), priceRule, (price, rule) => {
        const down = roundPrice(price, rule, 'down')
        const up = roundPrice(price, rule, 'up')
        const nearest = roundPrice(price, rule, 'nearest')
        expect(new Exact(down).lte(price)).toBe(true)
        expect(new Exact(up).gte(price)).toBe(true)
        expect([down, up]).toContain(nearest)
        for (const result of [down, up, nearest]) {
          expect(isAllowedPrice(result, rule)).toBe(true)
          for (const mode of ['down', 'up', 'nearest'] as const) expect(roundPrice(result, rule, mode)).toBe(result)
        }
        expect(down === up).toBe(isAllowedPrice(price, rule))
        const middle = decimalFrom(new Exact(down).plus(up).div(2))
        expect(roundPrice(middle, rule, 'down')).toBe(down)
        expect(roundPrice(middle, rule, 'up')).toBe(up)
      }),
      { numRuns: 400 },
    )
  })

  it('means by the significant-figures rule what its words say', () => {
    fc.assert(
      fc.property(positive(15), priceRule, (price, rule) => {
        fc.pre(rule.kind === 'significant-figures')
        const value = new Exact(price)
        const byFigures = value.precision() <= rule.figures && value.decimalPlaces() <= rule.maxDecimals
        const byInteger = rule.integersAlways && value.isInteger()
        expect(isAllowedPrice(price, rule)).toBe(byFigures || byInteger)
      }),
      { numRuns: 400 },
    )
  })
})

const vectors = new URL('../../../../../shared/vectors/hyperliquid-slippage.json', import.meta.url)
const recorded = existsSync(vectors)

describe(`limit prices of another implementation${recorded ? '' : ' (skipped: ../shared/vectors is not here)'}`, () => {
  it.skipIf(!recorded)(
    'are met by rounding the same binary value to the nearest, and never beaten by our own limit',
    () => {
      const { rows } = JSON.parse(readFileSync(vectors, 'utf8')) as {
        rows: { szDecimals: number; isBuy: boolean; mid: number; slippage: number; wire: string }[]
      }
      expect(rows.length).toBeGreaterThan(5)
      for (const row of rows) {
        const rule = perps(row.szDecimals)
        const factor = row.isBuy ? 1 + row.slippage : 1 - row.slippage
        // That implementation computes in binary floating point and rounds the value that this has, so it is written out in full.
        const binary = decimalFrom(new Exact((row.mid * factor).toPrecision(100)))
        expect(roundPrice(binary, rule, 'nearest')).toBe(row.wire)

        const exact = new Exact(row.mid).mul(new Exact(row.slippage).mul(row.isBuy ? 1 : -1).plus(1))
        const ours = roundPrice(decimalFrom(exact), rule, row.isBuy ? 'down' : 'up')
        expect(row.isBuy ? exact.gte(ours) : exact.lte(ours)).toBe(true)
      }
    },
  )
})
