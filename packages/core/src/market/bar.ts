/** The timeframes of bars, aligned to the UTC epoch. */
export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const

/** One of {@link TIMEFRAMES}. */
export type Timeframe = (typeof TIMEFRAMES)[number]

const MINUTE_MS = 60_000

/** Length of one bar of a timeframe, in ms. */
export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': 1440 * MINUTE_MS,
}

/**
 * How a bar came to be:
 * `traded` from trades or the venue's closed candle; `filled` forward-filled, nothing traded while the feed was up;
 * `repaired` back-filled from the venue's history after the feed was down.
 */
export type BarOrigin = 'traded' | 'filled' | 'repaired'

/** A closed bar. Prices and volume are floating point: bars feed signals, never amounts at a venue. */
export interface Bar {
  /** Open time, ms UTC: the identity of a bar within its instrument, feed and timeframe. */
  readonly ts: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** In base units. */
  readonly volume: number
  /** Default `traded`. */
  readonly origin?: BarOrigin
  /** First bar of a session below 1d: true range is high-low, no directional movement, RSI takes close-open. */
  readonly gapMarked?: boolean
}
