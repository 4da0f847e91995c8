import type { DecimalString, Instrument, PmConfig, PmModels, Timeframe, VenueKey } from '@portolan/core'
import type { RecordedBar } from '../history/csv-bars.ts'
import type { RegimeSources } from '../loop/regime-sources.ts'

/** One series, one position, recorded bars. */
export interface BacktestOptions {
  readonly venue: { readonly key: VenueKey; readonly name: string }
  /** With the venue's sizing rules and fees. */
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  /** Ascending; holes are forward-filled. */
  readonly bars: readonly RecordedBar[]
  readonly allocationUsd: DecimalString
  readonly pm: {
    readonly config: PmConfig
    readonly models: PmModels
    /** Pinned scores; `null` = by the regime. */
    readonly fixedA: number | null
    readonly fixedE: number | null
  }
  /** What the regime is read from; a source that is a venue is missing. Default: nothing. */
  readonly regime?: RegimeSources
  /** Fills whole at the next open: no fee, no slippage, no lots, no minimums, no learning. */
  readonly frictionless: boolean
  /** By which a fill is worse than the next open, bps. Unused when frictionless. */
  readonly slippageBps: number
  /** Quote units in the account at the start; `null` = the allocation. */
  readonly startingCash: DecimalString | null
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}
