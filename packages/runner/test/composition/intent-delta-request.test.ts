import { parseVenueKey } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { newIntentDelta } from '../../src/composition/intent-delta-request.ts'

const key = parseVenueKey('acme/perps')
const entries = [{ key, label: 'default', scope: 'live@mainnet' }]
const limits = { cap: 2, now: 1000 }
const request = { venue: 'Acme/Perps', token: ' BTC ', a: 2, forMs: 60 }

describe('a request for an intent delta', () => {
  it('names scope, venue and token, and when it ends', () => {
    const delta = { scope: 'live@mainnet', venue: key, instrument: 'BTC', intentA: 2, intentE: 0, reason: null }
    expect(newIntentDelta(request, entries, limits)).toEqual({ ...delta, expiresAt: 1060 })
  })

  it.each([
    [{ ...request, a: 2.01 }, 'bad-intent-delta', /added to A lies in -2 to 2, got 2.01/],
    [{ ...request, e: Number.NaN }, 'bad-intent-delta', /added to E/],
    [{ venue: 'acme/perps', token: 'BTC', forMs: 60 }, 'bad-intent-delta', /it says nothing/],
    [{ ...request, forMs: 0 }, 'bad-intent-delta', /above 0 ms/],
    [{ ...request, forMs: Number.POSITIVE_INFINITY }, 'bad-intent-delta', /above 0 ms/],
    [{ ...request, token: ' ' }, 'bad-intent-delta', /no token/],
    [{ ...request, venue: 'acme/spot' }, 'no-venue', /there are acme\/perps/],
    [{ ...request, label: 'x' }, 'no-venue', /"x"/],
  ])('%j is refused', (wrong, code, message) => {
    expect(() => newIntentDelta(wrong, entries, limits)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('must name an entry when those of the venue are on different networks', () => {
    const several = [...entries, { key, label: 'test', scope: 'live@testnet' }]
    expect(() => newIntentDelta(request, several, limits)).toThrow('name one, "default", "test"')
    expect(newIntentDelta({ ...request, label: 'test' }, several, limits).scope).toBe('live@testnet')
  })
})
