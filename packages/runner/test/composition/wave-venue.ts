/** A venue in a file of its own that trades one token in hourly bars, the same whenever it is asked. */
export const WAVE_VENUE = `
import { defineVenue, instrumentId, parseDecimal } from '@portolan/core'
import { z } from 'zod'

const HOUR = 3_600_000
const LENGTH = { '1h': HOUR, '4h': 4 * HOUR, '1d': 24 * HOUR }
const price = (at: number) => 100 * (1 + 0.1 * Math.sin(at / HOUR / 37) + 0.03 * Math.sin(at / HOUR / 5))
function bar(ts: number, length: number) {
  const points = Array.from({ length: length / HOUR + 1 }, (_, index) => price(ts + index * HOUR))
  const [open = 1, close = 1] = [points[0], points.at(-1)]
  return { ts, open, high: Math.max(...points) * 1.002, low: Math.min(...points) * 0.998, close, volume: 10 }
}
const none = parseDecimal('0')
const token = {
  id: instrumentId('BTC'), base: 'BTC', quote: 'USDC', status: 'trading' as const,
  sizing: {
    price: { kind: 'any' as const }, quantityStep: parseDecimal('0.0001'), minQuantity: none, minNotional: none, maxQuantity: null,
    maxNotional: null, maxLeverage: 1, closeExemptFromMinimums: true, buyUnit: 'base' as const, quoteStep: parseDecimal('0.01'),
  },
  fees: { takerBps: 5, makerBps: 5 }, marketCapUsd: null,
}

export default defineVenue({
  name: 'wave',
  contract: 1,
  key: { tokenChain: 'wave', bookId: 'spot' },
  capabilities: { trades: false, bars: ['1h'], history: ['1h', '4h', '1d'] },
  options: z.object({}),
  network: () => ({ name: 'sandbox', simulated: true }),
  create: ({ clock, emit }) => {
    let told = clock.now() - (clock.now() % HOUR)
    const feeds = ['trading' as const, 'majors' as const]
    const timer = clock.every(HOUR / 10, () => {
      for (; told + HOUR <= clock.now(); told += HOUR) {
        emit({ type: 'bars', instrument: token.id, feeds, timeframe: '1h', bars: [bar(told, HOUR)] })
      }
    })
    return {
      start: async () => emit({ type: 'feed-status', instrument: token.id, feeds, status: { kind: 'live' }, at: clock.now() }),
      instruments: async () => [token],
      canTradeNow: () => ({ state: 'open' as const }),
      marketData: {
        want: () => undefined,
        history: async ({ timeframe, from, to }) => {
          const length = LENGTH[timeframe as '1h']
          const bars = []
          for (let ts = Math.ceil(from / length) * length; ts < to && ts + length <= clock.now(); ts += length) bars.push(bar(ts, length))
          return bars
        },
      },
      [Symbol.asyncDispose]: async () => timer[Symbol.dispose](),
    }
  },
})
`
