/**
 * The place of Solana spot swaps. There is no adapter here yet, so this package is no venue: a config that lists it is refused.
 * @module
 */
import type { VenueKey } from '@portolan/core'
import { venueKey } from '@portolan/core'

/** By which positions will find the venue: `solana/onchain_crypto`. */
export const VENUE_KEY: VenueKey = venueKey({ tokenChain: 'solana', bookId: 'onchain_crypto' })
