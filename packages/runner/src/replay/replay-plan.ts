import type { Interval, Timeframe } from '@portolan/core'
import type { PastIntentDelta } from '../store/store.ts'
import type { PlayedSeries } from './played-series.ts'
import type { ReplayPosition, ReplayRequest, ReplayVenue } from './replay-request.ts'

/** A series, whose it is, and where it was recorded. */
export interface PlannedSeries {
  readonly data: ReplayVenue
  readonly series: PlayedSeries
  readonly spans: readonly Interval[]
}

/** What an entry brings of the regime, and the shortest bars of which it is told. */
export interface PlannedRegime {
  readonly data: ReplayVenue
  readonly base: Timeframe
  readonly series: readonly PlannedSeries[]
}

/** What can be played of what was asked for. */
export interface ReplayPlan {
  readonly request: ReplayRequest
  /** From the first to the last of what was recorded, whole minutes, ms. */
  readonly range: Interval
  /** Those of which anything was recorded. */
  readonly positions: readonly ReplayPosition[]
  readonly trading: readonly PlannedSeries[]
  /** Series from which the regime is read, by the entry that brings them. */
  readonly regime: readonly PlannedRegime[]
  /** Opinions from outside that counted then, under the scopes of the replay. */
  readonly intentDeltas: readonly PastIntentDelta[]
  /** What a person should know of it: sentences. */
  readonly notices: readonly string[]
}
