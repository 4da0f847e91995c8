import type { OrderRequest } from '@portolan/core'
import { decimalFrom, Exact, instrumentId } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intentMark } from '../../src/execution/intent-mark.ts'
import { widestSlippageBps } from '../../src/execution/quote-limits.ts'
import { swapRequest } from '../../src/execution/swap-request.ts'
import { verdictOf } from '../../src/jupiter/execute-code.ts'
import { fittedBudget, priorityFee } from '../../src/transaction/compute-budget.ts'
import { enforcedMinimum } from '../../src/transaction/enforced-minimum.ts'

const token = (decimals: number) => ({ mint: `mint-${decimals}`, decimals, program: 'p' })
const USDC = { mint: 'usdc', decimals: 6, program: 'p' }
const amount = (digits: number) =>
  fc.bigInt(1n, 10n ** 12n).map((units) => new Exact(units.toString()).div(new Exact(10).pow(digits)))
const price = fc
  .tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: -9, max: 3 }))
  .map(([mantissa, exponent]) => new Exact(mantissa).times(new Exact(10).pow(exponent)))

const order = (changes: Partial<OrderRequest>): OrderRequest => ({
  instrument: instrumentId('x'),
  side: 'buy',
  quantity: decimalFrom(new Exact(1)),
  spend: null,
  limitPrice: decimalFrom(new Exact(1)),
  reduceOnly: false,
  closesPosition: false,
  urgency: 'normal',
  intentId: 'i',
  ...changes,
})

describe('the least that must arrive', () => {
  it('holds a buy to its limit price, to the base unit', () => {
    fc.assert(
      fc.property(amount(6), price, fc.integer({ min: 0, max: 12 }), (spend, limit, decimals) => {
        const exact = spend.div(limit).times(new Exact(10).pow(decimals))
        fc.pre(exact.gte(1))
        const { amountIn, minimumOut } = swapRequest(
          order({ spend: decimalFrom(spend), limitPrice: decimalFrom(limit) }),
          token(decimals),
          USDC,
          0n,
        )
        const got = new Exact(minimumOut.toString()).div(new Exact(10).pow(decimals))
        const paid = new Exact(amountIn.toString()).div(1e6)
        // Whoever gets the minimum pays no more than the limit, and with a unit less would.
        expect(paid.div(got).lte(limit.times('1.000000000000000000000001'))).toBe(true)
        expect(new Exact(minimumOut.toString()).minus(exact).abs().lte(1)).toBe(true)
      }),
    )
  })

  it('holds a sale to its limit price', () => {
    fc.assert(
      fc.property(amount(9), price, (quantity, limit) => {
        fc.pre(quantity.times(limit).gte('0.000001'))
        const sale = order({ side: 'sell', quantity: decimalFrom(quantity), limitPrice: decimalFrom(limit) })
        const { amountIn, minimumOut } = swapRequest(sale, token(9), USDC, 10n ** 30n)
        expect(new Exact(minimumOut.toString()).gte(quantity.times(limit).times(1e6))).toBe(true)
        expect(amountIn).toBe(BigInt(quantity.times(1e9).toFixed()))
      }),
    )
  })

  it('is kept by the widest tolerance for any quote, as the program reckons it', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 60n), fc.bigInt(1n, 2n ** 60n), (outAmount, minimumOut) => {
        fc.pre(outAmount >= minimumOut)
        const request = { minimumOut, output: USDC } as never
        const slippage = widestSlippageBps({ outAmount } as never, request)
        const data = new Uint8Array(26)
        const view = new DataView(data.buffer)
        view.setBigUint64(5, 77n, true)
        view.setBigUint64(13, outAmount, true)
        view.setUint16(21, slippage, true)
        expect(enforcedMinimum(data, 77n)).toBeGreaterThanOrEqual(minimumOut)
      }),
    )
  })

  it('an exit sells what there is, an ordinary sale what it says', () => {
    const sale = { side: 'sell', quantity: decimalFrom(new Exact(5)) } as const
    expect(swapRequest(order({ ...sale, closesPosition: true }), token(0), USDC, 3n).amountIn).toBe(3n)
    expect(swapRequest(order(sale), token(0), USDC, 3n).amountIn).toBe(5n)
    expect(() => swapRequest(order({ ...sale, reduceOnly: true }), token(0), USDC, 0n)).toThrow(/^insufficient-funds/)
  })

  it('what rounds to nothing, and a buy without an amount, are refused', () => {
    expect(() => swapRequest(order({ spend: decimalFrom(new Exact('0.0000001')) }), token(6), USDC, 0n)).toThrow(
      /^quantity-rule/,
    )
    expect(() => swapRequest(order({}), token(6), USDC, 0n)).toThrow('spend is missing')
    expect(() => swapRequest(order({ limitPrice: decimalFrom(new Exact(0)) }), token(6), USDC, 0n)).toThrow(
      /^price-rule/,
    )
  })
})

it('a priority fee never costs more than its bound, whatever is proposed', () => {
  const limits = [
    fc.bigInt(1n, 1_400_000n),
    fc.bigInt(0n, 10n ** 15n),
    fc.integer({ min: 0, max: 10 ** 9 }),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ] as const
  fc.assert(
    fc.property(...limits, (consumed, proposed, most, mark) => {
      const budget = fittedBudget(consumed, proposed, most, mark)
      expect(Number(priorityFee(budget))).toBeLessThanOrEqual(most)
      expect(budget.units).toBeLessThanOrEqual(1_400_000)
      expect(budget.units).toBeGreaterThanOrEqual(Math.min(Number(consumed) * 1.2, 1_395_000))
    }),
  )
})

it('intents leave different marks, and each always the same', () => {
  const marks = Array.from({ length: 2_000 }, (_, index) => intentMark(`intent ${index}`))
  expect(new Set(marks).size).toBe(marks.length)
  expect(intentMark('intent 7')).toBe(marks[7])
})

describe('/execute', () => {
  it.each([
    ['landed', [0]],
    ['failed', [6001, 6024, 1]],
    ['expired', [-1005]],
    ['refused', [-1, -2, -3, -1002, -1003, -1004]],
    ['unclear', [-1000, -1001, -1006, -2000, -2001, -2005, -9999]],
  ] as const)('%s: %j', (verdict, codes) => {
    expect(codes.map((code) => verdictOf({ status: code === 0 ? 'Success' : 'Failed', code }))).toEqual(
      codes.map(() => verdict),
    )
  })

  it('a zero without success is not a success', () => {
    expect(verdictOf({ status: 'Failed', code: 0 })).toBe('unclear')
  })
})
