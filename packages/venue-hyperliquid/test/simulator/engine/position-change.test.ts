import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../../src/simulator/engine/account.ts'
import { changePosition } from '../../../src/simulator/engine/position-change.ts'

const at = (szi: string, entryPx: string): Position => ({
  coin: 'BTC',
  szi: new Decimal(szi),
  entryPx: new Decimal(entryPx),
  isolatedMargin: new Decimal(0),
  funding: { allTime: new Decimal(0), sinceOpen: new Decimal(0), sinceChange: new Decimal(0) },
})
const change = (position: Position | undefined, size: string, price: string) =>
  changePosition('BTC', position, new Decimal(size), new Decimal(price), null)

describe('a fill and the position', () => {
  it.each([
    [undefined, '1', 'Open Long', '1', '100', '0'],
    [undefined, '-1', 'Open Short', '-1', '100', '0'],
    [at('1', '50'), '1', 'Open Long', '2', '75', '0'],
    [at('2', '50'), '-1', 'Close Long', '1', '50', '50'],
    [at('2', '50'), '-3', 'Long > Short', '-1', '100', '100'],
    [at('-2', '50'), '3', 'Short > Long', '1', '100', '-100'],
    [at('-2', '50'), '1', 'Close Short', '-1', '50', '-50'],
  ] as const)('%#: %s is worded and booked as the venue does', (position, size, dir, szi, entry, pnl) => {
    const result = change(position, size, '100')
    expect(result.dir).toBe(dir)
    expect(result.position?.szi.toString()).toBe(szi)
    expect(result.position?.entryPx.toString()).toBe(entry)
    expect(result.closedPnl.toString()).toBe(pnl)
  })

  it('is gone when all of it is closed', () => {
    expect(change(at('2', '50'), '-2', '60')).toMatchObject({ position: undefined, dir: 'Close Long' })
  })

  it('neither makes nor loses money: closed profit and what is open are worth the trades that made them', () => {
    const trades = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 1000 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(trades, fc.integer({ min: 1, max: 1000 }), (list, mark) => {
        let position: Position | undefined
        let closed = new Decimal(0)
        let cash = new Decimal(0)
        for (const [size, price] of list) {
          if (size === 0) continue
          const result = change(position, String(size), String(price))
          position = result.position
          closed = closed.plus(result.closedPnl)
          cash = cash.minus(size * price)
        }
        const held = position?.szi ?? new Decimal(0)
        const open = new Decimal(mark).minus(position?.entryPx ?? 0).times(held)
        expect(
          closed
            .plus(open)
            .minus(cash.plus(held.times(mark)))
            .abs()
            .toNumber(),
        ).toBeLessThan(1e-9)
      }),
    )
  })

  it('moves margin into an isolated position and gives back the share that is closed', () => {
    const opened = changePosition('BTC', undefined, new Decimal(2), new Decimal(100), 5)
    expect(opened.marginMoved.toString()).toBe('40')
    const closed = changePosition('BTC', opened.position, new Decimal(-1), new Decimal(100), 5)
    expect(closed.marginMoved.toString()).toBe('-20')
    expect(closed.position?.isolatedMargin.toString()).toBe('20')
  })
})
