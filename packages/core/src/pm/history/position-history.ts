import type { Timeframe } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { Ring } from '../numeric/ring.ts'
import { createRing } from '../numeric/ring.ts'
import type { ExitRule, IntentRule } from '../plan/rule.ts'
import type { TrendState } from '../trend/trend-state.ts'

/** What an intent has filled so far. */
export interface IntentTally {
  /** `barTs` of the intent. */
  readonly barTs: number
  readonly rule: IntentRule
  readonly quantity: number
  readonly notionalUsd: number
}

/**
 * What the plan of a position remembers. Plain JSON, changed in place: by bars through `advanceHistory`, by fills through
 * `applyFillToHistory`. Episodes, visits and trades are numbered from 1, so that a mark names the one it belongs to and ends with it.
 */
export interface PositionHistory {
  readonly timeframe: Timeframe
  /** State of the last bar with signals; null before. */
  state: TrendState | null
  lastClose: number | null
  /** ATR of the last bar on which the market moved. */
  lastAtr: number | null
  /** Ends of the last few bars, ms UTC: enough to count the bars since a trim. */
  readonly recentBarEnds: Ring
  /** Number of the current episode, or of the last one while in S0 or S4. */
  episode: number
  s2Visit: number
  s3Visit: number
  /** Number of the current trade, or of the last one while flat. */
  trade: number
  /** The episode has been in S2 or S3. */
  s2Seen: boolean
  /** Last episode with a fill of S1.buySignal, last visits with one of S2.buyFlag and S3.entry; null before. */
  primerFilledIn: number | null
  retestFilledIn: number | null
  uptrendEntryFilledIn: number | null
  /** The exit that is due until the quantity is 0. */
  exitDue: { readonly rule: ExitRule; readonly barTs: number } | null
  /** The last bar with exitPosition or emergencyExit: what a buy planned before it still fills makes an exit due. */
  exitSignal: { readonly rule: 'exitPosition' | 'emergencyExit'; readonly barTs: number } | null
  /** Worth of what emergencyExit sold in this S3, and whether its rebuy is unused. `barTs`: when it was last set. */
  exitValue: { readonly usd: number; readonly unused: boolean; readonly barTs: number } | null
  /** Proceeds of trims that may buy back, USD. */
  poolUsd: number
  /** Begun by the first S3.dx fill from this pool: the pool's size then, the fills so far, the next arm. */
  recovery: { readonly baseUsd: number; readonly fills: number; readonly arm: number } | null
  /** The last trim of this trade: when it filled (ms UTC) and the level it was planned at. */
  lastTrim: { readonly filledAt: number; readonly level: number } | null
  /** Proceeds of all sales of this trade, net of fees, USD. */
  tradeProceedsUsd: number
  stopPrice: number | null
  /** Fills of the last few intents. */
  tallies: IntentTally[]
}

/** The history of a position that has seen nothing. */
export function createHistory(timeframe: Timeframe, config: PmConfig): PositionHistory {
  return {
    timeframe,
    state: null,
    lastClose: null,
    lastAtr: null,
    recentBarEnds: createRing(Math.max(1, config.plan.trim.spacingBars)),
    episode: 0,
    s2Visit: 0,
    s3Visit: 0,
    trade: 0,
    s2Seen: false,
    primerFilledIn: null,
    retestFilledIn: null,
    uptrendEntryFilledIn: null,
    exitDue: null,
    exitSignal: null,
    exitValue: null,
    poolUsd: 0,
    recovery: null,
    lastTrim: null,
    tradeProceedsUsd: 0,
    stopPrice: null,
    tallies: [],
  }
}
