import type { Network, ResolvedCapabilities, Venue, VenueDefinition } from '@portolan/core'
import type { VenueEntry } from '../config/index.ts'
import type { PackageInfo } from '../discovery/index.ts'
import type { VenueRef } from './venue-ref.ts'

/** A config entry that runs. */
export interface VenueHandle extends VenueRef {
  readonly definition: VenueDefinition
  readonly capabilities: ResolvedCapabilities
  /** Where it trades. */
  readonly network: Network
  /** The adapter, started. */
  readonly venue: Venue
  readonly entry: VenueEntry
  readonly package: PackageInfo | null
}

/** A config entry that did not start, in a run that goes on without it. */
export interface VenueFailure extends VenueRef {
  readonly error: Error
}
