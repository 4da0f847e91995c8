import { BarBuilder, TIMEFRAME_MS } from '@portolan/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { coarserBars } from '../../src/history/coarser-bars.ts'
import { hours, START } from '../loop/hourly-loop.ts'

const HOUR = TIMEFRAME_MS['1h']

it('makes the bars that the loop makes of the same ones, whatever is missing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 23 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { maxLength: 80 }),
      (offset, lost) => {
        const bars = hours(200, 3, START + offset * HOUR).filter((_, index) => !lost.includes(index))
        const built = new BarBuilder({ base: '1h', timeframes: ['4h'], graceMs: 0 })
          .seed({ '1h': bars })
          .filter(({ timeframe }) => timeframe === '4h')
          .map(({ bar: { ts, open, high, low, close, volume } }) => ({ ts, open, high, low, close, volume }))
        const first = Math.ceil((bars[0]?.ts ?? 0) / (4 * HOUR)) * 4 * HOUR
        expect(coarserBars(bars, '1h', '4h')).toEqual(built.filter(({ ts }) => ts >= first))
      },
    ),
  )
})

it('gives no bar before its last part has been told', () => {
  const bars = hours(24)
  expect(coarserBars(bars.slice(0, 23), '1h', '1d')).toEqual([])
  expect(coarserBars(bars, '1h', '1d')).toMatchObject([
    { ts: START, open: bars[0]?.open, close: bars[23]?.close, high: Math.max(...bars.map(({ high }) => high)) },
  ])
  expect(coarserBars(hours(30, 1, START + HOUR), '1h', '1d')).toEqual([])
})
