import type { VenueKey } from '@portolan/core'
import type { TradingVenue } from './trading-venue.ts'

/** The two entries that a position lives on; often one and the same. */
export interface PositionVenues {
  readonly execution: TradingVenue
  readonly data: TradingVenue
}

/** Finds the entries of a venue key. `problem` is a sentence for a person. */
export interface VenueDirectory {
  readonly all: readonly TradingVenue[]
  /** `label`: `null` when the position names none. */
  forPosition(key: VenueKey, label: string | null): PositionVenues | { readonly problem: string }
  dataOf(key: VenueKey, label: string | null): TradingVenue | { readonly problem: string }
}
