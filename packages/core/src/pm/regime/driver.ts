/** The markets whose trend moves A and E. */
export const DRIVER_NAMES = ['btc', 'alt', 'bucket', 'btc_dominance', 'usdt_dominance'] as const

/** One of {@link DRIVER_NAMES}. `alt` and `bucket` are composites. */
export type DriverName = (typeof DRIVER_NAMES)[number]

/** The three bar lengths on which each driver is read. */
export const REGIME_TIMEFRAMES = ['macro', 'meso', 'micro'] as const

/** One of {@link REGIME_TIMEFRAMES}. */
export type RegimeTimeframe = (typeof REGIME_TIMEFRAMES)[number]

/** Market-cap buckets, smallest first. A token belongs to exactly one. */
export const MARKET_CAP_BUCKETS = ['nano', 'micro', 'small', 'mid', 'large'] as const

/** One of {@link MARKET_CAP_BUCKETS}. */
export type MarketCapBucket = (typeof MARKET_CAP_BUCKETS)[number]
