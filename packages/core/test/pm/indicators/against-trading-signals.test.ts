import { ADX, ATR, RSI } from 'trading-signals'
import { describe, expect, it } from 'vitest'
import { advanceSeries, createSeriesState, defaultPmConfig } from '../../../src/pm/index.ts'
import { readCandles, sharedIsThere } from '../support/shared-vectors.ts'
import { randomBars } from '../support/test-bars.ts'

const SETS = [
  ['a random market', () => randomBars(3000, 7)],
  ['another random market', () => randomBars(3000, 8)],
  ...(sharedIsThere ? [['recorded BTC 1h', () => readCandles('hyperliquid-BTC-1h')] as const] : []),
] as const

describe('ATR, RSI and ADX', () => {
  it.each(SETS)('agree with trading-signals to 1e-6 once 350 bars are seen: %s', (_, bars) => {
    const state = createSeriesState(defaultPmConfig)
    const atr = new ATR(14)
    const rsi = new RSI(14)
    const adx = new ADX(14)
    let compared = 0
    for (const bar of bars()) {
      atr.update(bar, false)
      rsi.update(bar.close, false)
      adx.update(bar, false)
      const { signals } = advanceSeries(state, bar, defaultPmConfig)
      if (signals === null) continue
      compared++
      expect(Math.abs(signals.atr / atr.getResultOrThrow() - 1)).toBeLessThan(1e-6)
      expect(Math.abs(signals.rsi / rsi.getResultOrThrow() - 1)).toBeLessThan(1e-6)
      expect(Math.abs(signals.adx / adx.getResultOrThrow() - 1)).toBeLessThan(1e-6)
    }
    expect(compared).toBeGreaterThan(2000)
  })
})
