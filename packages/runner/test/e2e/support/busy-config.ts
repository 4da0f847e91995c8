import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PmConfigOverrides } from '@portolan/core'
import type { ConfigInput } from '../../../src/config/index.ts'

/** By path: a config in a temporary folder finds no package by name. */
export const HYPERLIQUID = fileURLToPath(new URL('../../../../venue-hyperliquid', import.meta.url))

export const TOKENS = ['BTC', 'ETH', 'SOL', 'HYPE', 'BNB', 'XRP', 'DOGE', 'AVAX', 'LINK', 'SUI'] as const

/** The same portfolio manager with averages so short and gates so wide that a position goes in and out every few bars. */
export const BUSY_PM: PmConfigOverrides = {
  indicators: {
    emaPeriods: { ema20: 2, ema30: 3, ema60: 4, ema144: 6, ema250: 8, ema333: 10 },
    atrPeriod: 5,
    rsiPeriod: 5,
    adxPeriod: 5,
    slopeBars: 3,
    accelerationBars: 3,
    separationChangeBars: 2,
    atrMeanBars: 5,
    volume: { bars: 10 },
    warmupBars: 20,
  },
  levels: { swingReachBars: 1, windowBars: 30, joinAtr: 3, minSwings: 1, fullStrengthSwings: 2 },
  flags: {
    primer: { distanceAtr: 50, minStrength: -5 },
    retest: { distanceAtr: 50, minStrength: -5 },
    discount: { minStrength: -5, minDiscount: -5 },
    emergency: { bandAtr: 0 },
    trim: { minOverextension: 0, levelAtr: 50 },
  },
  plan: { trim: { spacingBars: 1, levelChange: 0 }, stopAtr: 0.2 },
}

/** Writes `portolan.config.json` into a folder. */
export function writeConfig(folder: string, config: ConfigInput): void {
  writeFileSync(join(folder, 'portolan.config.json'), JSON.stringify(config, null, 2))
}

/** Positions on 1m bars of these tokens. */
export function minutePositions(tokens: readonly string[], venue = 'hyperliquid/perps', allocationUsd = 1_000) {
  return tokens.map((token) => ({ venue, token, timeframe: '1m' as const, allocationUsd }))
}
