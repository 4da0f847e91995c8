import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DecimalString } from '../../../src/amounts/decimal-string.ts'
import { decimalFromNumber, Exact } from '../../../src/amounts/decimal-string.ts'
import type { Fee } from '../../../src/contract/outcome.ts'
import type { BookedFill, ClosedTrade, FillResult, PositionBook } from '../../../src/pm/index.ts'
import {
  applyFill,
  applyFunding,
  bookFigures,
  createBook,
  defaultPmConfig,
  InvalidFillError,
  remainingUsd,
  writeOffDust,
} from '../../../src/pm/index.ts'

const config = defaultPmConfig.learning
const text = (value: string): DecimalString => value as DecimalString
const quote = (amount: string): Fee => ({ in: 'quote', amount: text(amount) })
const base = (amount: string): Fee => ({ in: 'base', amount: text(amount) })
const gas = (usd: string): Fee => ({ in: 'other', asset: 'SOL', amount: text('0.001'), usd: text(usd) })

type Trade = readonly [side: 'buy' | 'sell', quantity: string, price: string, fee: Fee]

function fillOf([side, quantity, price, fee]: Trade, id: number): BookedFill {
  return { id: `f${id}`, side, quantity: text(quantity), price: text(price), fee, at: 1000 + id }
}

function book(...trades: readonly Trade[]): FillResult {
  let result: FillResult = { book: createBook(), closed: null, proceedsUsd: text('0'), excess: text('0') }
  trades.forEach((trade, i) => {
    result = applyFill(result.book, fillOf(trade, i), null, config)
  })
  return result
}

describe('a book', () => {
  it('averages entries by quantity and realises P&L against the average cost', () => {
    const { book: open } = book(['buy', '1', '100', quote('0')], ['buy', '3', '120', quote('0')])
    expect(open).toMatchObject({ quantity: '4', averageEntry: '115', costUsd: '460', investedUsd: '460' })
    const { book: sold, proceedsUsd } = applyFill(open, fillOf(['sell', '1', '130', quote('0.5')], 9), null, config)
    expect(sold).toMatchObject({
      quantity: '3',
      averageEntry: '115',
      extractedUsd: '129.5',
      realisedPnlUsd: '14.5',
      feesUsd: '0.5',
    })
    expect(proceedsUsd).toBe('129.5')
  })

  it('adds a fee in quote to what was invested and leaves the average entry alone', () => {
    expect(book(['buy', '2', '50', quote('0.25')]).book).toMatchObject({
      averageEntry: '50',
      investedUsd: '100.25',
      realisedPnlUsd: '-0.25',
    })
  })

  it('takes a fee in base from the quantity, so that the average entry rises', () => {
    expect(book(['buy', '2', '50', base('0.4')]).book).toMatchObject({
      quantity: '1.6',
      averageEntry: '62.5',
      investedUsd: '100',
      realisedPnlUsd: '0',
      feesUsd: '0',
    })
  })

  it('treats gas like a fee in quote, at its worth in USD', () => {
    expect(book(['buy', '1', '10', gas('0.02')]).book).toMatchObject({ investedUsd: '10.02', feesUsd: '0.02' })
  })

  it('takes a rebate as a negative fee', () => {
    const { book: flat } = book(['buy', '1', '10', quote('-0.1')], ['sell', '1', '10', quote('-0.1')])
    expect(flat).toMatchObject({ investedUsd: '9.9', extractedUsd: '10.1', realisedPnlUsd: '0.2', feesUsd: '-0.2' })
  })

  it('is exact where floating point is not', () => {
    const tenths = Array.from({ length: 10 }, (): Trade => ['buy', '0.1', '0.1', quote('0.1')])
    expect(book(...tenths).book).toMatchObject({ quantity: '1', investedUsd: '1.1', averageEntry: '0.1' })
  })

  it('does not book what a sell says beyond what is held', () => {
    const { book: flat, excess, closed } = book(['buy', '1', '10', quote('0')], ['sell', '4', '12', quote('0.4')])
    expect(excess).toBe('3')
    expect(flat).toMatchObject({ quantity: '0', extractedUsd: '11.9' })
    expect(closed?.pnlUsd).toBe('1.9')
    const again = applyFill(flat, fillOf(['sell', '1', '12', quote('0')], 5), null, config)
    expect(again).toMatchObject({ book: flat, closed: null, excess: '1' })
  })

  it('refuses a fill without a quantity, and books nothing of it', () => {
    expect(() => book(['buy', '0', '10', quote('0')])).toThrow(InvalidFillError)
    expect(() => book(['buy', '-1', '10', quote('0')])).toThrow(/quantity above 0/)
  })

  it('counts funding as P&L and as nothing else', () => {
    const { book: open } = book(['buy', '1', '100', quote('0')])
    const paid = applyFunding(open, text('-3'))
    expect(paid).toMatchObject({ investedUsd: '100', extractedUsd: '0', realisedPnlUsd: '-3', fundingUsd: '-3' })
    const { closed } = applyFill(paid, fillOf(['sell', '1', '110', quote('0')], 1), null, config)
    expect(closed).toMatchObject({ pnlUsd: '7', fundingUsd: '-3', r: 0.07 })
  })
})

describe('a closed trade', () => {
  it('tells entry, exit, P&L and R, from the fill that left 0 to the one that returned to it', () => {
    const { closed } = book(
      ['buy', '1', '100', quote('1')],
      ['buy', '1', '110', quote('1')],
      ['sell', '1', '130', quote('1')],
      ['sell', '1', '140', quote('1')],
    )
    expect(closed).toMatchObject({
      openedAt: 1000,
      closedAt: 1003,
      pattern: 'external',
      exitRule: 'external',
      entryPrice: '105',
      exitPrice: '135',
      boughtUsd: '210',
      soldUsd: '270',
      feesUsd: '4',
      pnlUsd: '56',
      peakAtRiskUsd: '212',
      entry: null,
      dust: null,
    })
    expect(closed?.r).toBeCloseTo(56 / 212)
  })

  it('measures risk by the greatest sum in the market, not by all buys', () => {
    const { closed } = book(
      ['buy', '1', '100', quote('0')],
      ['sell', '0.9', '100', quote('0')],
      ['buy', '0.9', '100', quote('0')],
      ['sell', '1', '110', quote('0')],
    )
    expect(closed).toMatchObject({ peakAtRiskUsd: '100', r: 0.1 })
  })

  it('caps R at -1 and 3', () => {
    expect(book(['buy', '1', '1', quote('0')], ['sell', '1', '100', quote('0')]).closed?.r).toBe(3)
    expect(book(['buy', '1', '100', quote('0')], ['sell', '1', '1', quote('5')]).closed?.r).toBe(-1)
  })

  it('writes dust off: flat, recorded with its cost, which is no part of the P&L', () => {
    const { book: left } = book(['buy', '1', '100', quote('0')], ['sell', '0.999', '110', quote('0')])
    const { book: flat, closed } = writeOffDust(left, 5, config)
    expect(flat).toMatchObject({
      quantity: '0',
      averageEntry: null,
      trade: null,
      dustQuantity: '0.001',
      dustCostUsd: '0.1',
      realisedPnlUsd: '9.99',
    })
    expect(closed).toMatchObject({ closedAt: 5, dust: { quantity: '0.001', costUsd: '0.1' }, pnlUsd: '9.99' })
    expect(writeOffDust(flat, 6, config)).toEqual({ book: flat, closed: null })
  })
})

describe('remainingUsd', () => {
  const remaining = (...trades: readonly Trade[]): number => remainingUsd(bookFigures(book(...trades).book), 1000)

  it('is the allocation less what was put in and not taken out', () => {
    expect(remaining()).toBe(1000)
    expect(remaining(['buy', '4', '100', quote('0')])).toBe(600)
    expect(remaining(['buy', '4', '100', quote('0')], ['sell', '4', '90', quote('0')])).toBe(960)
  })

  it('never lets profits grow the position beyond its allocation at cost', () => {
    const profit: readonly Trade[] = [
      ['buy', '1', '100', quote('0')],
      ['sell', '1', '900', quote('0')],
    ]
    expect(remaining(...profit)).toBe(1000)
    expect(remaining(...profit, ['buy', '3', '100', quote('0')])).toBe(700)
  })

  it('is 0 when more is held or lost than allocated', () => {
    expect(remaining(['buy', '20', '100', quote('0')])).toBe(0)
    expect(remaining(['buy', '10', '100', quote('0')], ['sell', '10', '1', quote('0')])).toBe(10)
    expect(remaining(['buy', '20', '100', quote('0')], ['sell', '20', '1', quote('0')])).toBe(0)
  })
})

describe('whatever is filled', () => {
  const amount = (max: number): fc.Arbitrary<string> =>
    fc.integer({ min: 1, max: max * 1000 }).map((n) => decimalFromNumber(n / 1000))
  const fee = fc.oneof(
    fc.integer({ min: -500, max: 2000 }).map((n) => quote(decimalFromNumber(n / 1000))),
    fc.integer({ min: 0, max: 1000 }).map((n) => gas(decimalFromNumber(n / 1000))),
    fc.integer({ min: 0, max: 10 }).map((n) => base(decimalFromNumber(n / 1000))),
  )
  const trades = fc.array(
    fc.record({ side: fc.constantFrom('buy' as const, 'sell' as const), quantity: amount(5), price: amount(200), fee }),
    { maxLength: 30 },
  )
  const steps = fc.array(fc.option(fc.integer({ min: -900, max: 900 }), { nil: null }), { maxLength: 30 })

  it('no dollar appears or vanishes: realised = extracted - invested + cost held + dust + funding', () => {
    fc.assert(
      fc.property(trades, steps, (all, between) => {
        let held: PositionBook = createBook()
        const closed: ClosedTrade[] = []
        all.forEach(({ side, quantity, price, fee: paid }, i) => {
          const result = applyFill(held, fillOf([side, quantity, price, paid], i), null, config)
          held = result.book
          if (result.closed !== null) closed.push(result.closed)
          const extra = between[i]
          if (extra === undefined) return
          if (extra !== null) held = applyFunding(held, decimalFromNumber(extra / 100))
          else {
            const dust = writeOffDust(held, i, config)
            held = dust.book
            if (dust.closed !== null) closed.push(dust.closed)
          }
        })
        const { investedUsd, extractedUsd, costUsd, dustCostUsd, fundingUsd, realisedPnlUsd, quantity } = held
        const wanted = new Exact(extractedUsd).minus(investedUsd).plus(costUsd).plus(dustCostUsd).plus(fundingUsd)
        expect(new Exact(realisedPnlUsd).minus(wanted).abs().toNumber()).toBeLessThan(1e-25)
        expect(new Exact(quantity).gte(0)).toBe(true)
        expect(held.trade === null).toBe(new Exact(quantity).isZero())
        expect(held.averageEntry === null).toBe(new Exact(quantity).isZero())
        for (const { r } of closed) expect(r >= -1 && r <= 3).toBe(true)
      }),
    )
  })

  it('trades account for all fees, and for all P&L but funding paid while flat', () => {
    fc.assert(
      fc.property(trades, (all) => {
        let held: PositionBook = createBook()
        let pnl = new Exact(0)
        let fees = new Exact(0)
        all.forEach(({ side, quantity, price, fee: paid }, i) => {
          const result = applyFill(held, fillOf([side, quantity, price, paid], i), null, config)
          held = result.book
          if (result.closed === null) return
          pnl = pnl.plus(result.closed.pnlUsd)
          fees = fees.plus(result.closed.feesUsd)
        })
        pnl = pnl.plus(held.trade?.pnlUsd ?? 0)
        fees = fees.plus(held.trade?.feesUsd ?? 0)
        expect(pnl.minus(held.realisedPnlUsd).abs().toNumber()).toBeLessThan(1e-25)
        expect(fees.minus(held.feesUsd).abs().toNumber()).toBeLessThan(1e-25)
      }),
    )
  })

  it('survives being saved as text after every fill', () => {
    fc.assert(
      fc.property(trades, (all) => {
        let kept: PositionBook = createBook()
        let saved: PositionBook = createBook()
        all.forEach(({ side, quantity, price, fee: paid }, i) => {
          const fill = fillOf([side, quantity, price, paid], i)
          kept = applyFill(kept, fill, null, config).book
          saved = JSON.parse(JSON.stringify(applyFill(saved, fill, null, config).book))
        })
        expect(saved).toEqual(kept)
      }),
    )
  })
})
