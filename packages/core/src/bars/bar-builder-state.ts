import type { Timeframe } from '../market/bar.ts'
import type { BaseLaneState } from './base-lane.ts'
import type { HigherLaneState } from './higher-lane.ts'

/** All that a builder knows, as JSON: a builder made with it goes on as if nothing had happened. */
export interface BarBuilderState {
  readonly version: 1
  readonly base: Timeframe
  readonly baseLane: BaseLaneState
  readonly higherLanes: readonly HigherLaneState[]
}
