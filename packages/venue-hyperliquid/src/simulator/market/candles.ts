import type { CoinMarket } from './coin-market.ts'
import { startOf } from './coin-market.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './coin-path.ts'
import type { PathBar } from './path-bar.ts'
import { lotsText, numberText } from './tick.ts'

/** The venue's candle intervals; a month is a calendar month. */
export const CANDLE_INTERVALS = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': 7 * DAY_MS,
  '1M': 'month',
} as const

export type CandleInterval = keyof typeof CANDLE_INTERVALS

export function isCandleInterval(text: unknown): text is CandleInterval {
  return typeof text === 'string' && Object.hasOwn(CANDLE_INTERVALS, text)
}

/** How many candles of an interval exist at the venue: older ones cannot be had. */
const CANDLES_KEPT = 5000

/** A candle as REST and the socket carry it. */
export interface VenueCandle {
  readonly t: number
  readonly T: number
  readonly s: string
  readonly i: CandleInterval
  readonly o: string
  readonly c: string
  readonly h: string
  readonly l: string
  readonly v: string
  readonly n: number
}

/** The start of the candle that contains `at`. */
export function candleStart(interval: CandleInterval, at: number): number {
  const length = CANDLE_INTERVALS[interval]
  if (length !== 'month') return startOf(at, length)
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** The start of the candle `count` after (or, negative, before) the one that starts at `start`. */
export function candleAfter(interval: CandleInterval, start: number, count = 1): number {
  const length = CANDLE_INTERVALS[interval]
  if (length !== 'month') return start + count * length
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count)
}

/** The candle that starts at `start`, as far as it has happened by `now`. */
export function candleAt(market: CoinMarket, interval: CandleInterval, start: number, now: number): VenueCandle {
  const end = candleAfter(interval, start)
  return venueCandle(market, interval, start, end, market.bar(start, end, now))
}

/** Candles whose start lies in the range (the one containing `startTime` included), the last being the running one. */
export function candleSnapshot(
  market: CoinMarket,
  interval: CandleInterval,
  range: { readonly startTime: number; readonly endTime: number; readonly now: number; readonly firstTime: number },
): VenueCandle[] {
  const running = candleStart(interval, range.now)
  const oldest = candleAfter(interval, running, 1 - CANDLES_KEPT)
  const from = Math.max(oldest, candleStart(interval, Math.max(0, range.startTime, range.firstTime)))
  const to = Math.min(running, range.endTime)
  const candles: VenueCandle[] = []
  for (let start = from; start <= to; start = candleAfter(interval, start)) {
    candles.push(candleAt(market, interval, start, range.now))
  }
  return candles
}

function venueCandle(
  market: CoinMarket,
  interval: CandleInterval,
  start: number,
  end: number,
  bar: PathBar,
): VenueCandle {
  const { coin, szDecimals } = market.profile
  return {
    t: start,
    T: end - 1,
    s: coin,
    i: interval,
    o: numberText(bar.open, 6),
    c: numberText(bar.close, 6),
    h: numberText(bar.high, 6),
    l: numberText(bar.low, 6),
    v: lotsText(bar.lots, szDecimals),
    n: bar.trades,
  }
}
