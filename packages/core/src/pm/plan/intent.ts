import type { Urgency } from '../../contract/venue.ts'
import type { SignalScores } from '../signals/signals.ts'
import type { TrendState } from '../trend/trend-state.ts'
import type { Band } from './band.ts'
import type { BlockedRule } from './blocked-rule.ts'
import type { IntentRule } from './rule.ts'

export type IntentAction = 'entry' | 'add' | 'trim' | 'emergency_exit'

/**
 * The episode, visits and trade in which an intent was planned: what its fills are counted for, even when they arrive
 * later.
 */
export interface IntentMarks {
  readonly episode: number
  readonly s2Visit: number
  readonly s3Visit: number
  readonly trade: number
}

/**
 * What the portfolio manager wants done at the close of one bar, with everything needed to explain it. Immutable and JSON-safe:
 * persist it whole and give it back with each of its fills.
 */
export interface Intent {
  /** Open time of the bar that planned it, ms UTC: with the position the identity of the step. */
  readonly barTs: number
  readonly action: IntentAction
  readonly rule: IntentRule
  /** Of remainingUsd for a buy, of the quantity held for a sell. */
  readonly sizeFrac: number
  /** USD to spend, or the worth of what is sold at the close. */
  readonly notionalUsd: number
  readonly urgency: Urgency
  /** True for every sell. */
  readonly reduceOnly: boolean
  readonly maxSlippageBps: number
  /** The rules tested before this one, and why they did not fire. */
  readonly blocked: readonly BlockedRule[]
  readonly state: TrendState
  readonly prevState: TrendState | null
  readonly A: number
  readonly E: number
  /** Learned strength of the rule (of the opening rule, for a trim); 0 where none applies. */
  readonly d: number
  /** The score that chose the size, and its band; null for exits, which are always whole. */
  readonly score: number | null
  readonly band: Band | null
  readonly scores: SignalScores
  readonly trimLevel: number | null
  readonly close: number
  readonly atr: number
  readonly marks: IntentMarks
}
