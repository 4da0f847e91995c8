import type { Bar, Timeframe, Trade } from '@portolan/core'
import { decimalFromNumber, TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import fc from 'fast-check'
import type { BarBuilder, ClosedBar } from '../../src/bars/index.ts'
import { compareClosedBars, slotOf } from '../../src/bars/index.ts'

/** A Monday, 00:00 UTC. */
export const START = Date.UTC(2026, 0, 5)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

let nextId = 0
export const trade = (ts: number, price: number, quantity = 1, id = `auto-${++nextId}`): Trade => ({
  id,
  ts,
  price: decimalFromNumber(price),
  quantity: decimalFromNumber(quantity),
  side: null,
})

export const bar = (ts: number, price: number, volume = 1): Bar => ({
  ts,
  open: price,
  high: price + 2,
  low: price - 2,
  close: price + 1,
  volume,
})

/** Text of closed bars, short enough to compare by eye: `1m +0 o/h/l/c v origin`. */
export const show = (closed: readonly ClosedBar[]): string[] =>
  closed.map(({ timeframe, bar: b }) => {
    const numbers = `${b.open}/${b.high}/${b.low}/${b.close} v${b.volume}`
    return `${timeframe} +${(b.ts - START) / MINUTE} ${numbers} ${b.origin ?? 'traded'}${b.gapMarked ? ' gap' : ''}`
  })

/** Repairs from a venue's history until nothing is missing any more, as the runner does. */
export function catchUp(builder: BarBuilder, now: number, venue: BarHistoryOf): ClosedBar[] {
  const closed = [...builder.closeUntil(now)]
  for (let missing = builder.missing(now); missing.length > 0; missing = builder.missing(now)) {
    for (const interval of missing) {
      const known = venue[interval.timeframe] ?? []
      const bars = known.filter(({ ts }) => ts >= interval.from - TIMEFRAME_MS[interval.timeframe] && ts < interval.to)
      builder.repair(interval.timeframe, bars)
      builder.concede(interval)
    }
    closed.push(...builder.closeUntil(now))
  }
  return closed
}
export type BarHistoryOf = { readonly [T in Timeframe]?: readonly Bar[] }

/** Trades from 20:00 on, in order of time, so that most tapes see the end of the day; ids unique. */
export const tape: fc.Arbitrary<Trade[]> = fc
  .array(
    fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 20 * MINUTE })),
      price: fc.integer({ min: 1, max: 1_000 }),
      quantity: fc.integer({ min: 1, max: 50 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let ts = START + 20 * HOUR
    return steps.map(({ wait, price, quantity }, index) => {
      ts += wait
      return trade(ts, price, quantity, `t${index}`)
    })
  })

/** The same bars by the definition alone: group, forward-fill, group again. */
export function expectedBars(trades: readonly Trade[], until: number): ClosedBar[] {
  const minutes: Bar[] = []
  let close: number | null = null
  const byMinute = Map.groupBy(trades, ({ ts }) => slotOf(ts, '1m'))
  for (let ts = START; ts + MINUTE <= until; ts += MINUTE) {
    const prints = byMinute.get(ts) ?? []
    const prices = prints.map(({ price }) => Number(price))
    const [open] = prices
    if (open !== undefined) {
      close = prices.at(-1) ?? open
      const volume = prints.reduce((sum, { quantity }) => sum + Number(quantity), 0)
      minutes.push({ ts, open, high: Math.max(...prices), low: Math.min(...prices), close, volume, origin: 'traded' })
    } else if (close !== null)
      minutes.push({ ts, open: close, high: close, low: close, close, volume: 0, origin: 'filled' })
  }
  const all = TIMEFRAMES.flatMap((timeframe) =>
    aggregate(minutes, timeframe)
      .filter(({ ts }) => ts + TIMEFRAME_MS[timeframe] <= until)
      .map((closed) => ({ timeframe, bar: closed })),
  )
  return all.sort(compareClosedBars)
}

function aggregate(minutes: readonly Bar[], timeframe: Timeframe): Bar[] {
  const groups = Map.groupBy(minutes, ({ ts }) => slotOf(ts, timeframe))
  return [...groups].map(([ts, group]) => ({
    ts,
    open: group[0]?.open ?? Number.NaN,
    high: Math.max(...group.map(({ high }) => high)),
    low: Math.min(...group.map(({ low }) => low)),
    close: group.at(-1)?.close ?? Number.NaN,
    volume: group.reduce((sum, { volume }) => sum + volume, 0),
    origin: group.some(({ origin }) => origin === 'traded') ? ('traded' as const) : ('filled' as const),
  }))
}
