import { randomBars } from '../../../bench/random-bars.ts'
import type { Bar } from '../../../src/market/bar.ts'
import type { PmConfig } from '../../../src/pm/index.ts'
import { defaultPmConfig, definePmConfig } from '../../../src/pm/index.ts'

export { randomBars }

/** Shorter averages, warm after 60 bars: a few hundred bars visit every state. */
export const quickConfig: PmConfig = definePmConfig({
  indicators: {
    ...defaultPmConfig.indicators,
    emaPeriods: { ema20: 4, ema30: 6, ema60: 10, ema144: 18, ema250: 26, ema333: 34 },
    warmupBars: 60,
  },
})

export function flatBar(ts: number, price: number, volume = 0): Bar {
  return { ts, open: price, high: price, low: price, close: price, volume }
}
