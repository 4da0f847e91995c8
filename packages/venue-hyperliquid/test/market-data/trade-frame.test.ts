import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTrades } from '../../src/market-data/trade-frame.ts'

const trade = {
  coin: 'BTC',
  side: 'A',
  px: '84143.0',
  sz: '0.00036',
  time: 1790232216193,
  hash: `0x${'0'.repeat(64)}`,
  tid: 1045359869404765,
  users: ['0x00', '0x01'],
}

describe('a frame of trades', () => {
  it('is read with exact amounts and the aggressor', () => {
    const frame = readTrades([trade, { ...trade, side: 'B', tid: 2 }])
    expect(frame.ok && frame.batches.flatMap((batch) => batch.trades)).toEqual([
      { id: '1790232216193-1045359869404765', ts: 1790232216193, price: '84143', quantity: '0.00036', side: 'sell' },
      { id: '1790232216193-2', ts: 1790232216193, price: '84143', quantity: '0.00036', side: 'buy' },
    ])
  })

  it.each([
    ['px', '84143.0x'],
    ['px', 84143],
    ['px', '-1'],
    ['px', '0.0'],
    ['px', '1e5'],
    ['px', 'NaN'],
    ['px', '1e400'],
    ['px', '-0'],
    ['px', '123456789012345678901234567890'],
    ['px', '0.000000000000000000000000000001'],
    ['px', ['84143.0']],
    ['px', true],
    ['sz', ''],
    ['sz', '0'],
    ['sz', undefined],
    ['side', 'buy'],
    ['time', '1790232216193'],
    ['time', 1.5],
    ['time', -1],
    ['time', -0],
    ['time', Number.POSITIVE_INFINITY],
    ['tid', null],
    ['tid', -0],
    ['coin', ''],
    ['coin', 7],
  ])('is refused whole when %s is %j', (field, value) => {
    const frame = readTrades([trade, { ...trade, [field]: value }, trade])
    expect(frame).toMatchObject({ ok: false, why: `field ${field} is not as expected` })
  })

  it('never throws and never lets an amount through that is not positive and exact', () => {
    const field = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.constant('1.5'), fc.integer())
    const item = fc.record({
      coin: field,
      side: fc.constantFrom('A', 'B', 'C'),
      px: field,
      sz: field,
      time: field,
      tid: field,
    })
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(item, fc.constant(trade))), fc.anything()), (data) => {
        const frame = readTrades(data)
        if (!frame.ok) return
        for (const read of frame.batches.flatMap((batch) => batch.trades)) {
          expect(Number(read.price)).toBeGreaterThan(0)
          expect(Number(read.quantity)).toBeGreaterThan(0)
          expect(Number.isSafeInteger(read.ts)).toBe(true)
        }
      }),
    )
  })
})
