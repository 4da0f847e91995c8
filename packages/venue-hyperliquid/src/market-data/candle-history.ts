import type { Bar, Clock, HistoryRequest } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import { z } from 'zod'
import { timeMs } from '../rest/decode.ts'
import type { InfoClient } from '../rest/info-client.ts'

/** Only this many of the most recent candles of a timeframe exist. */
const KEPT = 5000

/** A volume can be large where the coin is worth little: a trillion a day. */
const AMOUNT = z
  .string()
  .regex(/^\d{1,18}(\.\d{1,18})?$/, 'expected a decimal number as text')
  .transform(Number)

/** An element of `candleSnapshot`, and the data of channel `candle`. */
export const candleShape = z
  .object({ t: timeMs, s: z.string(), o: AMOUNT, h: AMOUNT, l: AMOUNT, c: AMOUNT, v: AMOUNT })
  .transform(({ t, s, o, h, l, c, v }) => ({
    coin: s,
    bar: { ts: t, open: o, high: h, low: l, close: c, volume: v },
  }))
  .refine(
    ({ bar }) => bar.low > 0 && bar.low <= Math.min(bar.open, bar.close) && bar.high >= Math.max(bar.open, bar.close),
    'expected low <= open, close <= high',
  )

/**
 * Closed bars from `candleSnapshot`. The last element of an answer is the running bar, which has no mark of its own: a bar is closed when
 * its time is over.
 * @throws {VenueError}
 */
export async function candleHistory(
  info: Pick<InfoClient, 'ask'>,
  clock: Pick<Clock, 'now'>,
  request: HistoryRequest,
): Promise<readonly Bar[]> {
  const { instrument, timeframe, to, signal } = request
  const length = TIMEFRAME_MS[timeframe]
  const now = clock.now()
  const from = Math.max(request.from, Math.floor(now / length) * length - KEPT * length)
  const lastStart = Math.min(to - 1, now - length)
  if (lastStart < from) return []
  const req = { coin: instrument, interval: timeframe, startTime: Math.ceil(from), endTime: Math.floor(lastStart) }
  const answer = await info.ask({ type: 'candleSnapshot', req }, z.array(candleShape), { signal })
  const byTime = new Map<number, Bar>()
  for (const { coin, bar } of answer) {
    if (coin === instrument && bar.ts >= from && bar.ts <= lastStart && bar.ts % length === 0) byTime.set(bar.ts, bar)
  }
  return [...byTime.values()].sort((a, b) => a.ts - b.ts)
}
