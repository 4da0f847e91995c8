import type { Network, VenueDefinition } from '@portolan/core'

/** A definition that says nothing of networks trades on a real market. */
const REAL_MARKET: Network = { name: 'mainnet', simulated: false }

/** Where a venue trades with these options, which its schema has validated. */
export function venueNetwork(definition: VenueDefinition, options: unknown): Network {
  return definition.network?.(options) ?? REAL_MARKET
}
