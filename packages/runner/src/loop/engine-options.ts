import type { Clock, ClosedTrade, Fill, InstrumentId, Logger, PmConfig, PmModels, VenueKey } from '@portolan/core'
import type { Patience } from '../execution/followed-order.ts'
import type { PastIntentDelta, Scope, Store } from '../store/store.ts'
import type { PositionActor, StepView } from './position-actor.ts'
import type { RegimeSources } from './regime-sources.ts'
import type { RunMode } from './run-mode.ts'
import type { RunnerEvent } from './snapshot.ts'
import type { TradingVenue } from './trading-venue.ts'
import type { VenueDirectory } from './venue-directory.ts'

export interface EngineOptions {
  readonly mode: RunMode
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly venues: VenueDirectory
  /** Keeps books apart that must never mix: mode and network of the entry that executes. */
  readonly scopeOf: (venue: TradingVenue) => Scope
  readonly pm: {
    readonly config: PmConfig
    readonly models: PmModels
    /** Pinned scores; `null` = by the regime. */
    readonly fixedA: number | null
    readonly fixedE: number | null
    /** Whether closed trades change later sizes. */
    readonly learning: boolean
  }
  readonly bars: {
    /** ms. */
    readonly graceMs: number
    /** Bars of history read for a series that has none. */
    readonly historyBars: number
  }
  /** The series that explain the market; the first symbol drives `btc`. `null` for none. */
  readonly majors: {
    readonly key: VenueKey
    readonly label: string | null
    readonly symbols: readonly InstrumentId[]
  } | null
  /** What is read beside the majors, and in their place. Default: nothing. */
  readonly regime?: RegimeSources
  /** In the place of those in the store, where what was set then is played again. */
  readonly intentDeltas?: readonly PastIntentDelta[]
  readonly patience: Patience
  /** Keep comparing accounts and writing market data by the clock, every so many ms of it. `null` where the clock is the data's. */
  readonly upkeep: { readonly flushMs: number; readonly reconcileMs: number } | null
  /** Tells this run from every other: of two that evaluate one position, one finds out by it. Default: a random one. */
  readonly runId?: string
  readonly onEvent: (event: RunnerEvent) => void
  /** Every recorded step with all that led to it; for reports. */
  readonly onStep?: (actor: PositionActor, view: StepView) => void
  readonly onFill?: (fill: Fill, intentId: string | null) => void
  readonly onTradeClosed?: (trade: ClosedTrade) => void
}
