import type { Instrument } from '@portolan/core'
import { FRICTIONLESS_SIZING, instrumentId, VenueError } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { HistoricalVenue } from '../../src/history/historical-venue.ts'

const OPEN = Date.UTC(2026, 0, 5, 14, 30)
const CLOSE = Date.UTC(2026, 0, 5, 21)
const NEXT = Date.UTC(2026, 0, 6, 14, 30)

function instrument(token: string, sessions?: Instrument['sessions']): Instrument {
  const fees = { takerBps: 0, makerBps: 0 }
  const id = instrumentId(token)
  const all = { id, base: token, quote: 'USD', status: 'trading', sizing: FRICTIONLESS_SIZING, fees } as const
  return { ...all, marketCapUsd: null, ...(sessions === undefined ? {} : { sessions }) }
}

describe('a venue of which only the past is known', () => {
  const venue = new HistoricalVenue([
    instrument('ALWAYS'),
    instrument('DAYS', [
      { open: OPEN, close: CLOSE },
      { open: NEXT, close: NEXT + 1_000 },
    ]),
  ])

  it('lets trade at any time where the market never closes', () => {
    expect(venue.canTradeNow(instrumentId('ALWAYS'), 0)).toEqual({ state: 'open' })
  })

  it('lets trade while the market was open, and says when it opens again', () => {
    expect(venue.canTradeNow(instrumentId('DAYS'), OPEN)).toEqual({ state: 'open' })
    expect(venue.canTradeNow(instrumentId('DAYS'), CLOSE - 1)).toEqual({ state: 'open' })
    expect(venue.canTradeNow(instrumentId('DAYS'), CLOSE)).toMatchObject({
      state: 'closed',
      reason: 'market-closed',
      changesAt: NEXT,
    })
  })

  it('knows no other instrument', () => {
    expect(() => venue.canTradeNow(instrumentId('OTHER'), OPEN)).toThrow(VenueError)
  })
})
