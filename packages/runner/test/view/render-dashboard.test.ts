import { stripVTControlCharacters } from 'node:util'
import { parseVenueKey } from '@portolan/core'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { RunnerSnapshot } from '../../src/loop/snapshot.ts'
import { renderDashboard } from '../../src/view/dashboard/render-dashboard.ts'
import type { ViewFrame } from '../../src/view/dashboard/view-frame.ts'
import { createPainter } from '../../src/view/style.ts'
import { positionView, runnerSnapshot, venueView } from './snapshot-fixture.ts'

const plain = createPainter(false)

function frame(snapshot: RunnerSnapshot, changes: Partial<ViewFrame> = {}): ViewFrame {
  return { snapshot, uptimeMs: 192_000, speed: 60, endsInMs: null, stopping: false, ...changes }
}

describe('the live view', () => {
  it('shows mode, clock, profit, venues, positions, decisions and what happened', () => {
    expect(`\n${renderDashboard(frame(runnerSnapshot()), 160, 40, plain)}\n`).toMatchInlineSnapshot(`
      "
      portolan  live on simulator  Ctrl-C ends it
      profit +15.53 (realised +12.50, open +3.03)  2026-11-22 17:40:05 UTC ×60  up 3m 12s
      acme/perps simulator ok  streams 5/5  open orders 0  heard 0s ago  rest-weight 1180/1200

      token  tf  state               A     E      price  quantity   entry   value        of  realised  open P&L
      BTC    1m  S3               0.72  0.50   61,234.5   0.00412  60,500  252.29  1,000.00    +12.50     +3.03  buy S3.entry: submitted
      SOL    1m  S0               0.50  0.50     131.77         –       –       –  1,000.00      0.00      0.00  exit-only: after an upgrade
      kPEPE  1m  warming 120/350     –     –  0.0000123         –       –       –  1,000.00      0.00      0.00  watchlist

      last decisions
      17:39 BTC 1m entry S3.entry: entry of 25.0% = 250.00 USD
      17:39 SOL 1m hold nearest S1.buySignal: blocked by state

      recent
      17:40:03 BTC 1m bought 0.00412 at 60,500  a1b2c3d4e5
      17:40:02 BTC 1m buy S3.entry submitted  a1b2c3d4e5
      17:39:56 acme/perps: reconnected after 3 s
      17:39:05 BTC 1m trade closed -4.20 USD, -0.31 R, opened by S2.buyFlag
      "
    `)
  })

  it('puts several venues side by side: each by its key, tokens by their names', () => {
    const chain = parseVenueKey('chain/swaps')
    const mint = 'CwiMSCDai9odoaqqtCbKgKzUv9cHUSdDcffQaas2qTe1'
    const venues = [venueView(), venueView({ key: chain, name: 'chain', streams: { wanted: 2, live: 2, stale: 0 } })]
    const positions = [positionView('BTC'), positionView(mint, { venue: chain, name: 'ENSIGN' })]
    const lines = renderDashboard(frame(runnerSnapshot({ venues, positions, recent: [] })), 160, 40, plain).split('\n')
    expect(lines.filter((line) => line.includes('streams')).map((line) => line.split(' ')[0])).toEqual([
      'acme/perps',
      'chain/swaps',
    ])
    const rows = lines.filter((line) => / {2,}1m {2,}/.test(line)).map((line) => line.split(/ {2,}/).slice(0, 2))
    expect(rows).toEqual([
      ['BTC', 'acme/perps'],
      ['ENSIGN', 'chain/swaps'],
    ])
    expect(lines.join()).not.toContain(mint)
  })

  it('says which data a position lives on, as soon as one is not on a stream', () => {
    const data = { kind: 'poll', name: 'candleSnapshot', everyMs: 189_000, status: 'live' } as const
    const positions = [positionView('BTC'), positionView('SLOW', { data }), positionView('NEW', { data: null })]
    const lines = renderDashboard(frame(runnerSnapshot({ positions })), 160, 40, plain).split('\n')
    const row = (token: string) => lines.find((line) => line.startsWith(`${token} `))?.split(/ {2,}/)[2]
    expect([row('token'), row('BTC'), row('SLOW'), row('NEW')]).toEqual(['data', 'stream', 'poll 3m 09s', '–'])
  })

  it('keeps state, price and profit in a narrow terminal', () => {
    expect(
      `\n${renderDashboard(frame(runnerSnapshot(), { endsInMs: 30_000 }), 60, 24, plain)}\n`,
    ).toMatchInlineSnapshot(`
      "
      portolan  live on simulator  Ctrl-C ends it
      profit +15.53 (realised +12.50, open +3.03)  2026-11-22 17:…
      acme/perps simulator ok  streams 5/5  open orders 0  heard …

      token  tf  state            realised
      BTC    1m  S3                 +12.50  buy S3.entry: submitt…
      SOL    1m  S0                   0.00  exit-only: after an u…
      kPEPE  1m  warming 120/350      0.00  watchlist

      last decisions
      17:39 BTC 1m entry S3.entry: entry of 25.0% = 250.00 USD
      17:39 SOL 1m hold nearest S1.buySignal: blocked by state

      recent
      17:40:03 BTC 1m bought 0.00412 at 60,500  a1b2c3d4e5
      17:40:02 BTC 1m buy S3.entry submitted  a1b2c3d4e5
      17:39:56 acme/perps: reconnected after 3 s
      17:39:05 BTC 1m trade closed -4.20 USD, -0.31 R, opened by …
      "
    `)
  })

  it('tells what is wrong with a venue and a position', () => {
    const snapshot = runnerSnapshot({
      venues: [
        venueView({
          health: 'degraded',
          problems: ['its clock is 4 s off'],
          streams: { wanted: 5, live: 3, stale: 2 },
        }),
      ],
      positions: [positionView('BTC', { problem: 'no venue for acme/spot' }), positionView('SOL', { paused: true })],
      recent: [],
    })
    expect(`\n${renderDashboard(frame(snapshot), 120, 30, plain)}\n`).toMatchInlineSnapshot(`
      "
      portolan  live on simulator  Ctrl-C ends it
      profit +15.53 (realised +12.50, open +3.03)  2026-11-22 17:40:05 UTC ×60  up 3m 12s
      acme/perps simulator degraded  streams 3/5, 2 stale  open orders 0  heard 0s ago  rest-weight 1180/1200
          its clock is 4 s off

      token  tf  state     A     E     price  quantity  entry  value        of  realised  open P&L
      BTC    1m  S0     0.50  0.50  61,234.5         –      –      –  1,000.00      0.00      0.00  no venue for acme/spot
      SOL    1m  S0     0.50  0.50  61,234.5         –      –      –  1,000.00      0.00      0.00  paused: no buys

      last decisions
      17:39 BTC 1m hold nearest S1.buySignal: blocked by state
      17:39 SOL 1m hold nearest S1.buySignal: blocked by state
      "
    `)
  })

  it('says what to do when there are no positions', () => {
    const text = renderDashboard(frame(runnerSnapshot({ positions: [], recent: [] })), 100, 24, plain)
    expect(text).toContain('portolan positions add')
  })

  it('shows what is held first and counts the rest when there are too many positions', () => {
    const many = Array.from({ length: 60 }, (_, index) => positionView(`T${index}`))
    const held = runnerSnapshot().positions.slice(0, 1)
    const text = renderDashboard(frame(runnerSnapshot({ positions: [...many, ...held] })), 120, 30, plain)
    expect(text).toContain('BTC')
    expect(text).toMatch(/… and \d+ more/)
  })

  it('never draws outside of the terminal', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('価格 is 🚀🚀\u001b[2J\n'))
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(texts, { maxLength: 20 }),
        texts,
        fc.boolean(),
        (width, height, tokens, problem, colours) => {
          const snapshot = runnerSnapshot({
            venues: [venueView({ problems: [problem] })],
            positions: tokens.map((token) => positionView(token, { problem })),
          })
          const text = renderDashboard(frame(snapshot), width, height, createPainter(colours))
          const lines = stripVTControlCharacters(text).split('\n')
          expect(lines.length).toBeLessThanOrEqual(height)
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
  })

  it('lets no text from a venue control the terminal', () => {
    const snapshot = runnerSnapshot({ venues: [venueView({ problems: ['\u001b[2J\u0007gone\r\nfake line'] })] })
    const text = renderDashboard(frame(snapshot), 120, 30, plain)
    expect(text).not.toContain('\u001b')
    expect(text).toContain('[2J gone fake line')
  })
})
