import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecimal } from '../../src/amounts/decimal-string.ts'
import { SeenTrades } from '../../src/bars/seen-trades.ts'

const one = parseDecimal('1')

/** Few times and few ids, so that all kinds of repetition occur; some ids begin with their time, some with another trade's, some with none. */
const trade = fc
  .record({ ts: fc.nat({ max: 6 }), n: fc.nat({ max: 2 }), form: fc.nat({ max: 19 }), other: fc.nat({ max: 6 }) })
  .map(({ ts, n, form, other }) => {
    const id = form === 0 ? `${n}` : form === 1 ? `${other}-${n}` : form === 2 ? `0${ts}-${n}` : `${ts}-${n}`
    return { id, ts, price: one, quantity: one, side: null }
  })

describe('trades seen', () => {
  it('are exactly those whose id came before, whatever the ids look like and in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), fc.boolean(), (trades, ordered) => {
        const seen = new SeenTrades()
        const ids = new Set<string>()
        for (const each of ordered ? trades.toSorted((a, b) => a.ts - b.ts) : trades) {
          expect(seen.add(each)).toBe(!ids.has(each.id))
          ids.add(each.id)
        }
        expect(seen.ids()).toEqual([...ids])
      }),
      { numRuns: 2000 },
    )
  })

  it('are known again from a saved state', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 20 }), fc.array(trade, { maxLength: 20 }), (before, after) => {
        const first = new SeenTrades()
        for (const each of before) first.add(each)
        const second = new SeenTrades()
        for (const id of first.ids()) second.restore(id)
        for (const each of after) expect(second.add(each)).toBe(first.add(each))
      }),
    )
  })
})
