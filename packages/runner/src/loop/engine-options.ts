import type {
  Clock,
  ClosedTrade,
  Fill,
  InstrumentId,
  Logger,
  PmConfig,
  PmModels,
  TradeGate,
  VenueKey,
} from '@portolan/core'
import type { ExitPatience } from '../execution/another-order.ts'
import type { Permit } from '../execution/permit.ts'
import type { ExternalPolicy, OnDisagreement, Patience } from '../reconciler/index.ts'
import type { Fence, PastIntentDelta, Scope, Store } from '../store/store.ts'
import type { PositionActor } from './position-actor.ts'
import type { StepView } from './position-surroundings.ts'
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
  /** When orders in flight are asked about. */
  readonly patience: Patience
  /** How often exits are tried. Default: {@link DEFAULT_EXIT_PATIENCE}. */
  readonly exits?: ExitPatience
  /** What happens to an entry's account while it differs from the ledger. Default `exit-only`. */
  readonly onDisagreement?: OnDisagreement
  /** What becomes of trades by others on an entry's account. Default `report`. */
  readonly externalOf?: (venue: TradingVenue) => ExternalPolicy
  /** The right to write the books of an entry's account. Default: none is needed. */
  readonly fenceOf?: (venue: TradingVenue) => Fence | null
  /** Another run was given that right: this one must end. Default: its positions are not followed any more. */
  readonly onFenced?: (venue: TradingVenue) => void
  /** The last word before each order is stored and sent. Default: all may go. */
  readonly permit?: Permit
  /** Since when what an entry holds is to be sold off, ms; `null` when it is not. Default: never. */
  readonly flattenAt?: (venue: TradingVenue) => number | null
  /** What a person, or a limit, lets an entry do, beside what the venue says. Default: everything. */
  readonly gateOf?: (venue: TradingVenue, instrument: InstrumentId, at: number) => TradeGate
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
