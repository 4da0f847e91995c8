import { toNumber } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactJson } from '../../src/market-data/api/exact-json.ts'
import type { PriceReading } from '../../src/market-data/price/price-answer.ts'
import { priceEntries, readPrices } from '../../src/market-data/price/price-answer.ts'
import { PriceSequence } from '../../src/market-data/price/price-sequence.ts'

const MINT = 'JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN'
const OTHER = 'So11111111111111111111111111111111111111112'

const read = (text: string, asked: readonly string[] = [MINT], decimals?: number) =>
  readPrices(priceEntries.parse(parseExactJson(text)), asked, () => decimals)

/** An answer with one entry. */
const entry = (usdPrice: string, more = '') => `{"${MINT}":{"usdPrice":${usdPrice},"blockId":12,"decimals":6${more}}}`

describe('a price of Jupiter', () => {
  it.each([
    ['0.4056018512541055', '0.4056018512541055'],
    ['4.9380461173676e-05', '0.000049380461173676'],
    ['1.613691542742065E-05', '0.00001613691542742065'],
    ['147.4789340738336', '147.4789340738336'],
    ['1e2', '100'],
  ])('%s is exactly %s', (sent, price) => {
    expect(read(entry(sent)).readings).toEqual([{ mint: MINT, price, blockId: 12, liquidityUsd: null }])
  })

  it.each(['0', '-1', '1e400', '1e-400', 'null', '"NaN"', '"Infinity"', '""', '"0x10"', '{}', '[1]', 'true'])(
    'that is %s is none',
    (sent) => {
      const { readings, refused } = read(entry(sent))
      expect(readings).toEqual([])
      expect(refused).toHaveLength(1)
    },
  )

  it('a mint that is absent or null is unpriced, which is no fault', () => {
    expect(read(`{"${OTHER}":null}`, [MINT, OTHER])).toEqual({ readings: [], refused: [] })
  })

  it('one bad entry spoils no other, and what was not asked for is passed over', () => {
    const text = `{"${MINT}":{"usdPrice":"?"},"${OTHER}":{"usdPrice":150,"blockId":3,"liquidity":1.5e9},"x":1}`
    const { readings, refused } = read(text, [MINT, OTHER])
    expect(readings).toEqual([{ mint: OTHER, price: '150', blockId: 3, liquidityUsd: 1.5e9 }])
    expect(refused.map(({ mint }) => mint)).toEqual([MINT])
  })

  it('for other decimals than those of the mint is refused', () => {
    expect(read(entry('1'), [MINT], 9)).toMatchObject({
      readings: [],
      refused: [{ why: expect.stringContaining('decimals') }],
    })
    expect(read(entry('1'), [MINT], 6).readings).toHaveLength(1)
  })

  it('whatever is sent, a price is a positive number without exponent, or there is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.double().map(String), fc.string()), (sent) => {
        let entries: unknown
        try {
          entries = parseExactJson(`{"${MINT}":{"usdPrice":${sent},"blockId":1}}`)
        } catch {
          return
        }
        const parsed = priceEntries.safeParse(entries)
        if (!parsed.success) return
        for (const { price } of readPrices(parsed.data, [MINT], () => undefined).readings) {
          expect(price).toMatch(/^\d+(\.\d+)?$/)
          expect(toNumber(price)).toBeGreaterThan(0)
          expect(toNumber(price)).toBeLessThan(1e16)
        }
      }),
    )
  })

  it('keeps every digit of a float', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
        const [reading] = read(entry(JSON.stringify(value))).readings
        expect(Number(reading?.price)).toBe(value)
      }),
    )
  })
})

describe('readings in a row', () => {
  const reading = (price: string, blockId: number) =>
    ({ mint: MINT, price, blockId, liquidityUsd: null }) as unknown as PriceReading

  it('an unchanged price is no mark, one of an earlier block is passed over', () => {
    const sequence = new PriceSequence()
    expect(sequence.accept(reading('1', 10))).toBe('mark')
    expect(sequence.accept(reading('1', 11))).toBe('same')
    expect(sequence.accept(reading('1.1', 12))).toBe('mark')
    expect(sequence.accept(reading('1', 11))).toBe('old')
  })

  it('a jump has to be read twice', () => {
    const sequence = new PriceSequence()
    sequence.accept(reading('1', 1))
    expect(sequence.accept(reading('100', 2))).toBe('doubtful')
    expect(sequence.accept(reading('1.01', 3))).toBe('mark')
    expect(sequence.accept(reading('0.2', 4))).toBe('doubtful')
    expect(sequence.accept(reading('0.21', 5))).toBe('mark')
    expect(sequence.accept(reading('0.22', 6))).toBe('mark')
  })

  it('two wild readings that do not agree are two doubts', () => {
    const sequence = new PriceSequence()
    sequence.accept(reading('1', 1))
    expect(sequence.accept(reading('100', 2))).toBe('doubtful')
    expect(sequence.accept(reading('10', 3))).toBe('doubtful')
    expect(sequence.accept(reading('11', 4))).toBe('mark')
  })
})
