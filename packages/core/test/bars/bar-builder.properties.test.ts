import type { Trade } from '@portolan/core'
import { TIMEFRAMES } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BarBuilderOptions, BarBuilderState, ClosedBar } from '../../src/bars/index.ts'
import { BarBuilder, compareClosedBars, slotOf } from '../../src/bars/index.ts'
import { catchUp, expectedBars, HOUR, MINUTE, START, tape, trade } from './series.ts'

const options: BarBuilderOptions = { timeframes: TIMEFRAMES, graceMs: 0 }
const endOf = (trades: readonly Trade[]) => (trades.at(-1)?.ts ?? START) + 5 * HOUR

function build(trades: readonly Trade[], until: number): readonly ClosedBar[] {
  const builder = new BarBuilder(options)
  builder.startAt(START)
  builder.addTrades(trades)
  return builder.closeUntil(until)
}

describe('bars from trades', () => {
  it('are those of the definition, in every timeframe and in order', () => {
    fc.assert(
      fc.property(tape, (trades) => {
        const until = endOf(trades)
        expect(build(trades, until)).toEqual(expectedBars(trades, until))
      }),
    )
  })

  it('do not depend on how trades are cut into batches, when bars are closed, or where the state is saved and restored', () => {
    fc.assert(
      fc.property(
        tape,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.infiniteStream(fc.boolean()),
        (trades, cuts, coin) => {
          const until = endOf(trades)
          let builder = new BarBuilder(options)
          builder.startAt(START)
          const closed: ClosedBar[] = []
          for (let at = 0, turn = 0; at < trades.length; turn += 1) {
            const batch = trades.slice(at, at + (cuts[turn % cuts.length] ?? 1))
            at += batch.length
            builder.addTrades(batch)
            if (coin.next().value) closed.push(...builder.closeUntil(batch.at(-1)?.ts ?? 0))
            if (coin.next().value) {
              const state = JSON.parse(JSON.stringify(builder.snapshot())) as BarBuilderState
              builder = new BarBuilder(options, state)
            }
          }
          closed.push(...builder.closeUntil(until))
          expect(closed).toEqual(build(trades, until))
        },
      ),
    )
  })

  it('do not change when trades come twice', () => {
    fc.assert(
      fc.property(tape, fc.infiniteStream(fc.nat({ max: 3 })), (trades, stream) => {
        const doubled = trades.flatMap((one) => Array.from({ length: 1 + (stream.next().value ?? 0) }, () => one))
        const builder = new BarBuilder(options)
        builder.startAt(START)
        builder.addTrades(doubled)
        builder.addTrades(trades)
        const until = endOf(trades)
        expect(builder.counters.duplicates).toBe(doubled.length)
        expect(builder.closeUntil(until)).toEqual(build(trades, until))
      }),
    )
  })

  it('do not depend on the order in which trades of different times arrive', () => {
    const shuffled = tape
      .map((trades) =>
        trades.map((one, index) => trade(one.ts + index, Number(one.price), Number(one.quantity), one.id)),
      )
      .chain((trades) => fc.tuple(fc.constant(trades), fc.shuffledSubarray(trades, { minLength: trades.length })))
    fc.assert(
      fc.property(shuffled, ([trades, mixed]) => {
        const until = endOf(trades)
        expect(build(mixed, until)).toEqual(build(trades, until))
      }),
    )
  })

  it('are the same when higher timeframes are built from the 1m bars instead', () => {
    fc.assert(
      fc.property(tape, (trades) => {
        const until = endOf(trades)
        const closed = build(trades, until)
        const fromBars = new BarBuilder(options)
        fromBars.startAt(START)
        fromBars.addBars(closed.filter(({ timeframe }) => timeframe === '1m').map(({ bar }) => bar))
        expect(fromBars.closeUntil(until)).toEqual(closed)
      }),
    )
  })
})

describe('an outage', () => {
  it('leaves no trace once the venue repaired it, wherever it was', () => {
    const outage = fc.tuple(fc.integer({ min: 0, max: 6 * 60 }), fc.integer({ min: 1, max: 3 * 60 }))
    fc.assert(
      fc.property(tape, outage, fc.nat({ max: MINUTE - 1 }), (trades, [start, length], odd) => {
        const from = START + 19 * HOUR + start * MINUTE + odd
        const to = from + length * MINUTE
        const until = Math.max(endOf(trades), to + 2 * MINUTE)
        const whole = build(trades, until)

        const builder = new BarBuilder(options)
        builder.startAt(START)
        builder.addTrades(trades.filter(({ ts }) => ts < from || ts >= to))
        builder.onStatus({ kind: 'gap', from, to })
        const closed = [...builder.closeUntil(until)]
        expect(closed.every(({ bar }) => bar.ts < from)).toBe(true)
        expect(builder.missing(until)).toEqual([
          { timeframe: '1m', from: slotOf(from, '1m'), to: slotOf(to - 1, '1m') + MINUTE },
        ])
        const venue = Object.fromEntries(
          TIMEFRAMES.map((name) => [name, whole.filter(({ timeframe }) => timeframe === name).map(({ bar }) => bar)]),
        )
        closed.push(...catchUp(builder, until, venue))
        expect(builder.missing(until)).toEqual([])
        const values = (bars: readonly ClosedBar[]) =>
          bars.map(({ timeframe, bar: { ts, open, high, low, close, volume } }) => [
            timeframe,
            ts,
            open,
            high,
            low,
            close,
            volume,
          ])
        expect(values(closed.toSorted(compareClosedBars))).toEqual(values(whole))
      }),
    )
  })
})
