import type { Trade } from '@portolan/core'
import { parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TradeTape } from '../../src/market-data/trade-tape.ts'

const one = parseDecimal('1')
/** A tape of the venue: trade n, some of them in the same millisecond. */
const venueTrade = (n: number): Trade => ({
  id: `${1000 + Math.floor(n / 3) * 10}-${n}`,
  ts: 1000 + Math.floor(n / 3) * 10,
  price: one,
  quantity: one,
  side: 'buy',
})
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => venueTrade(from + i))
const REPLAY = 30

describe('a tape', () => {
  it('delivers every trade once, and tells of a hole exactly when the replay does not cover it', () => {
    // Each session: so many trades pass unseen, then the venue replays its last 30, then so many come live.
    const session = fc.record({ unseen: fc.nat({ max: 60 }), live: fc.nat({ max: 60 }) })
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 8 }), (sessions) => {
        const tape = new TradeTape()
        const delivered: string[] = []
        let next = 0
        let seenUpTo: number | null = null
        for (const { unseen, live } of sessions) {
          next += unseen
          tape.interrupt()
          const replayed = range(Math.max(0, next - REPLAY), next)
          const reading = tape.accept(replayed)
          const missed = seenUpTo !== null && replayed.length > 0 && next - REPLAY > seenUpTo - 1
          const lastSeen = seenUpTo === null ? null : venueTrade(seenUpTo - 1).ts
          const hole = missed ? { from: lastSeen, to: venueTrade(next - REPLAY).ts } : null
          expect(reading.gap).toEqual(hole)
          delivered.push(...reading.fresh.map((trade) => trade.id))
          if (next > 0) seenUpTo = next
          for (const trade of range(next, next + live)) {
            const { fresh, gap } = tape.accept([trade])
            expect(gap).toBeNull()
            delivered.push(...fresh.map((each) => each.id))
          }
          next += live
          if (next > 0) seenUpTo = next
        }
        expect(new Set(delivered).size).toBe(delivered.length)
        expect(delivered).toEqual([...delivered].sort((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1])))
      }),
    )
  })

  it('forgets what is long past', () => {
    const tape = new TradeTape()
    for (let n = 0; n < 10_000; n += 1) tape.accept([venueTrade(n)])
    expect(tape.accept(range(9970, 10_000)).fresh).toEqual([])
    expect(tape.lastTs).toBe(venueTrade(9999).ts)
  })

  it('tells of no hole before anything was seen', () => {
    const tape = new TradeTape()
    tape.interrupt()
    expect(tape.accept(range(0, 5)).gap).toBeNull()
  })
})
