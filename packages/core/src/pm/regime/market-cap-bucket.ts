import type { RegimeConfig } from '../config/regime-config.ts'
import type { MarketCapBucket } from './driver.ts'

/** The bucket of a market cap in USD; null when it is unknown (null, not finite or below 0): then the bucket driver is missing. */
export function marketCapBucket(marketCapUsd: number | null, config: RegimeConfig): MarketCapBucket | null {
  if (marketCapUsd === null || !Number.isFinite(marketCapUsd) || marketCapUsd < 0) return null
  for (const { bucket, belowUsd } of config.buckets) {
    if (belowUsd === null || marketCapUsd < belowUsd) return bucket
  }
  return null
}
