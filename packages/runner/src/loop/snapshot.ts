import type { DecimalString, Feed, GateReason, InstrumentId, JsonValue, Timeframe, VenueKey } from '@portolan/core'
import type { IntentState, PositionStatus } from '../store/store.ts'
import type { RunMode } from './run-mode.ts'

/** The state of a running runner at one moment, for a terminal, a page or an embedding program. Plain data. */
export interface RunnerSnapshot {
  /** ms by the runner's clock. */
  readonly at: number
  readonly startedAt: number
  readonly mode: RunMode
  readonly venues: readonly VenueView[]
  readonly positions: readonly PositionView[]
  readonly profit: ProfitView
  /** Newest first. */
  readonly recent: readonly RunnerEvent[]
}

/** USD. Realised is net of fees. */
export interface ProfitView {
  readonly realisedUsd: number
  readonly unrealisedUsd: number
}

export interface VenueView {
  readonly key: VenueKey
  readonly label: string
  readonly name: string
  readonly network: string
  /** `starting` until the venue's `start` has resolved; `failed` when it threw. */
  readonly health: 'starting' | 'reconciling' | 'ok' | 'degraded' | 'failed'
  /** Sentences for a person, when it is not `ok`. */
  readonly problems: readonly string[]
  readonly streams: { readonly wanted: number; readonly live: number; readonly stale: number }
  readonly openOrders: number
  readonly budgets: readonly { readonly name: string; readonly available: number; readonly capacity: number }[]
  /** When the venue last told anything, ms. */
  readonly lastEventAt: number | null
}

export interface PositionView {
  readonly id: string
  readonly venue: VenueKey
  readonly label: string
  readonly instrument: InstrumentId
  /** For people; absent: the instrument's id. */
  readonly name?: string
  readonly timeframe: Timeframe
  readonly status: PositionStatus
  readonly paused: boolean
  /** Why nothing is done with it, e.g. no venue for its key. */
  readonly problem: string | null
  readonly allocationUsd: DecimalString
  readonly quantity: DecimalString
  readonly averageEntry: DecimalString | null
  readonly price: number | null
  readonly realisedPnlUsd: number
  readonly unrealisedPnlUsd: number
  /** S0-S4; `null` while warming up. */
  readonly state: string | null
  /** Bars seen of the 350 that the first evaluation needs; `null` once warm. */
  readonly warmingUp: { readonly seen: number; readonly needed: number } | null
  readonly a: number | null
  readonly e: number | null
  readonly lastDecision: DecisionView | null
  readonly openIntent: {
    readonly id: string
    readonly side: 'buy' | 'sell'
    readonly rule: string
    readonly state: IntentState
  } | null
  /** What it lives on; `null` until its series is followed. */
  readonly data: DataSourceView | null
  readonly gate: {
    readonly state: 'open' | 'exit-only' | 'closed'
    readonly reason: GateReason | null
    readonly message: string | null
  }
}

export interface DataSourceView {
  /** `stream`: pushed as it happens. `poll`: read again and again, late by up to `everyMs`. */
  readonly kind: 'stream' | 'poll'
  /** The adapter's name for it, e.g. `trades`. */
  readonly name: string
  /** ms between two readings of a poll; `null` for a stream, and before it is known. */
  readonly everyMs: number | null
  readonly status: 'waiting' | 'live' | 'stale'
}

export interface DecisionView {
  /** Open time of the bar, ms. */
  readonly barTs: number
  /** `hold`, or the action of the intent. */
  readonly action: string
  readonly rule: string | null
  /** One line for a person: what was decided and why, or which rule came nearest and what it lacked. */
  readonly why: string
}

/** What happens while running, in order. */
export type RunnerEvent = { readonly at: number } & (
  | { readonly type: 'decision'; readonly position: PositionRef; readonly decision: DecisionView }
  | {
      readonly type: 'intent'
      readonly position: PositionRef
      readonly intentId: string
      readonly side: 'buy' | 'sell'
      readonly rule: string
      readonly state: IntentState
      readonly reason: string | null
    }
  | {
      readonly type: 'fill'
      readonly position: PositionRef
      readonly intentId: string | null
      readonly side: 'buy' | 'sell'
      readonly quantity: DecimalString
      readonly price: DecimalString
      readonly fillId: string
    }
  | {
      readonly type: 'trade-closed'
      readonly position: PositionRef
      readonly pnlUsd: number
      readonly r: number
      readonly pattern: string
    }
  | { readonly type: 'warning'; readonly message: string; readonly fields?: JsonValue }
)

export interface PositionRef {
  readonly id: string
  readonly venue: VenueKey
  readonly label: string
  readonly instrument: InstrumentId
  /** For people; absent: the instrument's id. */
  readonly name?: string
  readonly timeframe: Timeframe
  readonly feed?: Feed
}
