import type {
  DecimalString,
  Instrument,
  InstrumentId,
  Network,
  PmConfig,
  PmModels,
  ResolvedCapabilities,
  Timeframe,
  VenueKey,
} from '@portolan/core'
import type { EngineOptions } from '../loop/engine-options.ts'
import type { RegimeSources } from '../loop/regime-sources.ts'
import type { RunMode } from '../loop/run-mode.ts'
import type { Source } from '../store/store.ts'
import type { Recording } from './recording.ts'

/** Later than anything that was recorded, ms: the last moment that a date can be. */
export const END_OF_TIME = 8.64e15

/** A config entry as it was when the store recorded. */
export interface ReplayVenue {
  readonly key: VenueKey
  readonly label: string
  /** For people. */
  readonly name: string
  readonly network: Network
  /** Under which its data were recorded. */
  readonly source: Source
  readonly capabilities: Pick<ResolvedCapabilities, 'trades' | 'bars'>
  readonly instruments: readonly Instrument[]
  /** Of the simulated fills, bps. */
  readonly slippageBps: number
}

export interface ReplayPosition {
  /** Whose account it trades on; its books are simulated. */
  readonly execution: ReplayVenue
  readonly data: ReplayVenue
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  readonly allocationUsd: DecimalString
}

export interface ReplayRequest {
  readonly recording: Recording
  /** The mode of the runs that recorded: their intent deltas count as they did. */
  readonly recordedMode: RunMode
  /** ms: bars that end within `from < end <= to` are decided on; what was recorded before `from` warms up. */
  readonly from: number
  /** {@link END_OF_TIME}: as far as the recording goes. */
  readonly to: number
  readonly positions: readonly ReplayPosition[]
  /** The series that explain the market; `null` for none. */
  readonly majors: EngineOptions['majors']
  /** What is read beside them, and in their place. */
  readonly regime: RegimeSources
  /** The entry that brings the data of a venue key and label. `problem` is a sentence for a person. */
  readonly dataOf: (key: VenueKey, label: string | null) => ReplayVenue | { readonly problem: string }
  readonly pm: {
    readonly config: PmConfig
    readonly models: PmModels
    /** Pinned scores; `null` = by the regime. */
    readonly fixedA: number | null
    readonly fixedE: number | null
  }
  /** Quote units with which each simulated account starts. */
  readonly startingCash: DecimalString
}
