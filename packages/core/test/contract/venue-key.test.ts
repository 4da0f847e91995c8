import { InvalidVenueKeyError, parseVenueKey, venueKey, venueKeyParts } from '@portolan/core'
import { describe, expect, it } from 'vitest'

describe('a venue key', () => {
  it('is matched lower-case', () => {
    const key = venueKey({ tokenChain: 'Hyperliquid', bookId: ' PERPS ' })
    expect(key).toBe('hyperliquid/perps')
    expect(parseVenueKey('HYPERLIQUID/perps')).toBe(key)
    expect(venueKeyParts(key)).toEqual({ tokenChain: 'hyperliquid', bookId: 'perps' })
  })

  it.each(['', 'hyperliquid', 'a/b/c', '/perps', 'a b/perps', '-a/b'])('is not "%s"', (text) => {
    expect(() => parseVenueKey(text)).toThrow(InvalidVenueKeyError)
    expect(() => parseVenueKey(text)).toThrow(`"${text}" is not a venue key`)
  })
})
