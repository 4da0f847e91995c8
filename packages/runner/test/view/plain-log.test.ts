import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunnerEvent } from '../../src/loop/snapshot.ts'
import { PlainLog } from '../../src/view/plain-log/plain-log.ts'
import { createPainter } from '../../src/view/style.ts'
import { AT, runnerSnapshot } from './snapshot-fixture.ts'

const [fill] = runnerSnapshot().recent
if (fill?.type !== 'fill') throw new Error('the fixture begins with a fill')
const { position } = fill

function hold(index: number): RunnerEvent {
  const decision = { barTs: AT, action: 'hold', rule: null, why: `nearest S3.dx: blocked by slope ${index}` }
  return { at: AT + index * 60_000, type: 'decision', position, decision }
}

function plainLog(lines: string[]): PlainLog {
  const write = (line: string): void => void lines.push(line)
  return new PlainLog({ write, painter: createPainter(false), snapshot: () => runnerSnapshot() })
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the plain log', () => {
  it('writes a line for each event that is not a hold', () => {
    const lines: string[] = []
    using log = plainLog(lines)
    for (const event of runnerSnapshot().recent.toReversed()) log.onEvent(event)
    expect(lines).toEqual([
      '2026-11-22 17:39:05 trade-closed BTC 1m trade closed -4.20 USD, -0.31 R, opened by S2.buyFlag',
      '2026-11-22 17:39:56 warning      acme/perps: reconnected after 3 s',
      '2026-11-22 17:40:02 intent       BTC 1m buy S3.entry submitted  a1b2c3d4e5',
      '2026-11-22 17:40:03 fill         BTC 1m bought 0.00412 at 60,500  a1b2c3d4e5',
    ])
  })

  it('shows the first hold and sums up the others once a minute', () => {
    const lines: string[] = []
    using log = plainLog(lines)
    for (let index = 0; index < 5; index += 1) log.onEvent(hold(index))
    expect(lines).toEqual(['2026-11-22 17:40:05 decision     BTC 1m hold nearest S3.dx: blocked by slope 0'])
    vi.advanceTimersByTime(60_000)
    expect(lines.slice(1)).toEqual([
      '2026-11-22 17:44:05 holds        4 holds on 1 position; last BTC 1m: nearest S3.dx: blocked by slope 4',
      '2026-11-22 17:40:05 status       live; acme/perps on simulator ok, streams 5/5; 3 positions, 1 warming up, holding 0.00412 BTC; profit +15.53',
    ])
    vi.advanceTimersByTime(60_000)
    expect(lines.slice(3).map((line) => line.slice(20, 26))).toEqual(['status'])
  })

  it('writes what is left when it ends', () => {
    const lines: string[] = []
    {
      using log = plainLog(lines)
      log.onEvent(hold(0))
      log.onEvent(hold(1))
    }
    expect(lines.map((line) => line.slice(20, 28).trim())).toEqual(['decision', 'holds', 'status'])
  })

  it('keeps an event on one line whatever a venue said', () => {
    const lines: string[] = []
    using log = plainLog(lines)
    log.onEvent({ at: AT, type: 'warning', message: 'first\nsecond \u001b[31mred' })
    expect(lines).toEqual(['2026-11-22 17:40:05 warning      first second  [31mred'])
  })
})
