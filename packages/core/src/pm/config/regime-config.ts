import type { Timeframe } from '../../market/bar.ts'
import type { DriverName, MarketCapBucket, RegimeTimeframe } from '../regime/driver.ts'

/** What one condition of a driver adds to A and to E. */
export interface RegimeDelta {
  readonly dA: number
  readonly dE: number
}

/** Constants of the regime: how drivers move A (add appetite) and E (exit assertiveness). */
export interface RegimeConfig {
  /** A and E without any driver. */
  readonly neutral: number
  /** Factor on the weighted mean of the deltas. */
  readonly gain: number
  /** Cap of an intent delta, both ways. */
  readonly intentCap: number
  /** Intervals after the end of its last closed bar until which a driver has data. */
  readonly staleIntervals: number
  readonly state: Readonly<Record<'S0' | 'S1' | 'S2' | 'S3' | 'S4', RegimeDelta>>
  readonly flag: {
    readonly s1BuySignal: RegimeDelta
    readonly s2TrimFlag: RegimeDelta
    readonly s3TrimFlag: RegimeDelta
    readonly s2BuyFlag: RegimeDelta
    readonly s3BuyFlag: RegimeDelta
    readonly s3EmergencyExit: RegimeDelta
  }
  readonly transition: { readonly s1ToS0: RegimeDelta; readonly s3ToS0: RegimeDelta }
  readonly driverWeight: Readonly<Record<DriverName, number>>
  /** The bar lengths on which macro, meso and micro are read. */
  readonly timeframe: Readonly<Record<RegimeTimeframe, Timeframe>>
  /** Weight of each regime timeframe, by the timeframe of the position. */
  readonly timeframeWeight: Readonly<Record<Timeframe, Readonly<Record<RegimeTimeframe, number>>>>
  /** Upper bound of each bucket in USD, exclusive, ascending; the last bucket has none. */
  readonly buckets: readonly { readonly bucket: MarketCapBucket; readonly belowUsd: number | null }[]
  /** Value from which a composite index starts. */
  readonly compositeStart: number
}

export const defaultRegimeConfig: RegimeConfig = {
  neutral: 0.5,
  gain: 1.5,
  intentCap: 2,
  staleIntervals: 2,
  state: {
    S0: { dA: -0.3, dE: 0.3 },
    S1: { dA: 0.25, dE: -0.15 },
    S2: { dA: 0.1, dE: 0.05 },
    S3: { dA: 0.2, dE: -0.05 },
    S4: { dA: 0, dE: 0 },
  },
  flag: {
    s1BuySignal: { dA: 0.2, dE: -0.1 },
    s2TrimFlag: { dA: -0.2, dE: 0.25 },
    s3TrimFlag: { dA: -0.25, dE: 0.3 },
    s2BuyFlag: { dA: 0.15, dE: -0.1 },
    s3BuyFlag: { dA: 0.2, dE: -0.1 },
    s3EmergencyExit: { dA: -0.3, dE: 0.3 },
  },
  transition: { s1ToS0: { dA: -0.4, dE: 0.4 }, s3ToS0: { dA: -0.5, dE: 0.5 } },
  driverWeight: { btc: 1, alt: 1.5, bucket: 3, btc_dominance: -1, usdt_dominance: -3 },
  timeframe: { macro: '1d', meso: '1h', micro: '1m' },
  timeframeWeight: {
    '1m': { macro: 0.05, meso: 0.35, micro: 0.6 },
    '5m': { macro: 0.1, meso: 0.5, micro: 0.4 },
    '15m': { macro: 0.15, meso: 0.55, micro: 0.3 },
    '1h': { macro: 0.3, meso: 0.55, micro: 0.15 },
    '4h': { macro: 0.55, meso: 0.4, micro: 0.05 },
    '1d': { macro: 0.8, meso: 0.18, micro: 0.02 },
  },
  buckets: [
    { bucket: 'nano', belowUsd: 5e6 },
    { bucket: 'micro', belowUsd: 50e6 },
    { bucket: 'small', belowUsd: 300e6 },
    { bucket: 'mid', belowUsd: 2e9 },
    { bucket: 'large', belowUsd: null },
  ],
  compositeStart: 100,
}
