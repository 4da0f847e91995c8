import { parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { FrameTime } from '../../src/loop/frame-time.ts'

const MINUTE = 60_000
const trade = (ts: number) => [
  { ts, price: parseDecimal('1'), quantity: parseDecimal('1'), side: 'buy' as const, id: `${ts}` },
]

describe('the time as trades tell it', () => {
  it('shows a bar to be over from its end and the grace on, once', () => {
    const time = new FrameTime(2_000)
    time.looked(10 * MINUTE + 5_000)
    const end = 11 * MINUTE
    expect(time.dueAt(trade(end - 1), end - 1)).toBeNull()
    expect(time.dueAt(trade(end + 1_999), end + 1_999)).toBeNull()
    expect(time.dueAt(trade(end + 2_000), end + 1_990)).toBe(end + 2_000)
    time.looked(end + 2_000)
    expect(time.dueAt(trade(end + 2_010), end + 2_010)).toBeNull()
    expect(time.dueAt(trade(end + 2_000 + MINUTE), end + 2_000 + MINUTE)).toBe(end + 2_000 + MINUTE)
  })

  it('does not trust a trade from far ahead of the clock', () => {
    const time = new FrameTime(0)
    time.looked(10 * MINUTE)
    expect(time.dueAt(trade(12 * MINUTE), 11 * MINUTE - 1)).toBeNull()
    expect(time.dueAt(trade(11 * MINUTE), 11 * MINUTE - 5_000)).toBe(11 * MINUTE)
  })

  it('goes by the clock for a trade that comes late', () => {
    const time = new FrameTime(0)
    time.looked(10 * MINUTE)
    expect(time.dueAt(trade(11 * MINUTE), 11 * MINUTE + 400)).toBe(11 * MINUTE + 400)
  })
})
