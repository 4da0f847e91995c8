import type { VenueKey, VenueRole } from '@portolan/core'

/** Names a config entry: the venue that it is, the label that tells it from others of that venue, and what it is used for. */
export interface VenueRef {
  readonly key: VenueKey
  readonly label: string
  readonly roles: ReadonlySet<VenueRole>
}

/** What a position, or anybody else, asks for: `label` `null` = the only one that can be meant. */
export interface VenueRequest {
  readonly venue: string
  readonly label: string | null
}
