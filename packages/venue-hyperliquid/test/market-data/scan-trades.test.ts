import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanTrades } from '../../src/market-data/scan-trades.ts'
import { readTrades } from '../../src/market-data/trade-frame.ts'

const LATEST = 2_000_000_000_000
const ORDER = ['coin', 'side', 'px', 'sz', 'time', 'hash', 'tid', 'users']

const digits = (max: number) => fc.integer({ min: 0, max: 10 ** max - 1 }).map(String)
const amount = fc.oneof(
  fc.tuple(digits(6), digits(6)).map(([whole, decimals]) => `${whole}.${decimals}`),
  digits(9),
  fc.constantFrom('0', '0.0', '00.10', '1e5', '-1', '', '.5', '5.', '1.2.3', 'NaN'),
)
const trade = fc.record({
  coin: fc.constantFrom('BTC', 'xyz:SP500', 'kPEPE', ''),
  side: fc.constantFrom('A', 'B', 'C'),
  px: amount,
  sz: amount,
  time: fc.oneof(fc.integer({ min: 0, max: LATEST + 5 }), fc.constantFrom(-1, 1.5)),
  hash: fc.constantFrom('0x00', '', 'quote"d'),
  tid: fc.maxSafeNat(),
  users: fc.array(fc.constantFrom('0xaa', '0xbb'), { maxLength: 2 }),
})
/** As the venue writes it, or with its fields in another order. */
const message = fc
  .tuple(fc.array(trade, { maxLength: 4 }), fc.shuffledSubarray(ORDER, { minLength: 6 }), fc.boolean())
  .map(([trades, order, usual]) => ({
    channel: 'trades',
    data: trades.map((item) =>
      Object.fromEntries((usual ? ORDER : order).map((name) => [name, item[name as keyof typeof item]])),
    ),
  }))

/** What the ordinary way makes of a text; `null` when it refuses it. */
function ordinary(text: string): unknown {
  try {
    const { channel, data } = JSON.parse(text) as { channel?: unknown; data?: unknown }
    const frame = readTrades(data, LATEST)
    return channel === 'trades' && frame.ok ? frame.batches : null
  } catch {
    return null
  }
}

describe('reading trades straight from the text', () => {
  it('gives what the ordinary way gives, or nothing', () => {
    fc.assert(
      fc.property(message, (value) => {
        const text = JSON.stringify(value)
        const scanned = scanTrades(text, LATEST)
        expect(scanned).toEqual(scanned === null ? null : ordinary(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes every sound message in the form in which the venue writes it', () => {
    const sound = {
      coin: 'BTC',
      side: 'B',
      px: '84143.0',
      sz: '0.00036',
      time: 1790232216193,
      hash: `0x${'0'.repeat(64)}`,
      tid: 1045359869404765,
      users: ['0x0', '0x1'],
    }
    const text = JSON.stringify({ channel: 'trades', data: [sound, { ...sound, side: 'A', tid: 0, px: '007.50' }] })
    expect(scanTrades(text, LATEST)).toEqual([
      {
        coin: 'BTC',
        trades: [
          { id: '1790232216193-1045359869404765', ts: 1790232216193, price: '84143', quantity: '0.00036', side: 'buy' },
          { id: '1790232216193-0', ts: 1790232216193, price: '7.5', quantity: '0.00036', side: 'sell' },
        ],
      },
    ])
    expect(scanTrades(text, LATEST)).toEqual(ordinary(text))
  })

  it('takes no part of a message, and none to which something was done that matters', () => {
    const change = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('cut', 'drop', 'insert'),
      text: fc.string({ minLength: 1, maxLength: 3 }),
    })
    fc.assert(
      fc.property(message, change, (value, { at, kind, text: inserted }) => {
        const whole = JSON.stringify(value)
        const place = at % whole.length
        const text =
          kind === 'cut'
            ? whole.slice(0, place)
            : whole.slice(0, place) +
              (kind === 'insert' ? inserted : '') +
              whole.slice(kind === 'drop' ? place + 1 : place)
        const scanned = scanTrades(text, LATEST)
        // Hashes and users are not looked at: a control character among them is all that it may pass over.
        const printable = ordinary(text) === null ? text.replaceAll(/\p{Cc}/gu, '?') : text
        expect(scanned).toEqual(scanned === null || kind === 'cut' ? null : ordinary(printable))
      }),
      { numRuns: 3000 },
    )
  })
})
