import type { Bar } from '@portolan/core'
import { z } from 'zod'

/** `[unix s, open, high, low, close, volume in USD]`; numbers as the text that was sent. */
const candle = z
  .tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()])
  .transform((fields) => fields.map(Number) as [number, number, number, number, number, number])
  .refine(([seconds]) => Number.isSafeInteger(seconds) && seconds > 0, 'expected unix seconds')
  .refine(([, ...values]) => values.every((value) => Number.isFinite(value)), 'expected finite numbers')
  .refine(
    ([, open, high, low, close]) => low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close),
    'expected 0 < low <= open, close <= high',
  )
  .refine(([, , , , , volume]) => volume >= 0, 'expected a volume from 0 on')

const token = z.object({ address: z.string().min(1) }).nullish()

/** Answer to `/networks/solana/pools/{pool}/ohlcv/{timeframe}`. Newest first; intervals without trades are absent. */
export const ohlcvAnswer = z.object({
  data: z.object({ attributes: z.object({ ohlcv_list: z.array(z.unknown()) }) }),
  meta: z.object({ base: token, quote: token }).nullish(),
})

/** Candles of an answer, oldest first, and how many entries were refused. */
export interface ReadCandles {
  readonly bars: readonly Bar[]
  readonly refused: number
}

/**
 * Reads the list. A candle that cannot be is left out: its minute is then missing, as one without trades is. The volume is in USD there and
 * in base units here, by the mean of the candle's prices, so that it is an approximation.
 *
 * Opens are stitched there: a candle opens at the close of the one before it, even when that is hours older. So `open` is not the first trade and a jump
 * lies within the candle; highs and lows contain it. It is kept as it is: a filled minute between them closes at the same price.
 */
export function readCandles(list: readonly unknown[]): ReadCandles {
  const byTime = new Map<number, Bar>()
  let refused = 0
  for (const item of list) {
    const read = candle.safeParse(item)
    if (!read.success) {
      refused += 1
      continue
    }
    const [seconds, open, high, low, close, volumeUsd] = read.data
    const volume = volumeUsd / ((open + high + low + close) / 4)
    byTime.set(seconds * 1000, { ts: seconds * 1000, open, high, low, close, volume })
  }
  return { bars: [...byTime.values()].sort((a, b) => a.ts - b.ts), refused }
}
