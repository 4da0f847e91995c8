import type { PositionEntry } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'

/** Who does what: decided before anything is started. */
export interface VenuePlan {
  readonly positions: readonly PlannedPosition[]
  /** Where the series that explain the market come from; `null` for none. */
  readonly majors: DiscoveredVenue | null
}

export interface PlannedPosition {
  readonly position: PositionEntry
  /** The entry that it trades on. In modes with simulated fills it may be one for data only. */
  readonly execution: DiscoveredVenue
  readonly data: DiscoveredVenue
}
