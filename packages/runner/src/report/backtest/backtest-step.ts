import type { Bar, ClosedTrade, DecimalString, Fill, JsonValue, Plan, Signals } from '@portolan/core'

/** One closed bar as the loop evaluated it: what a backtest's files are made of. */
export interface BacktestStep {
  readonly bar: Bar
  /** `null` while warming up. */
  readonly signals: Signals | null
  readonly plan: Plan
  /** Add appetite and exit assertiveness, and what led to them. */
  readonly scores: BacktestScores
  /** As it is when the bar closes, before this bar's plan fills. */
  readonly position: BacktestPosition
}

/** A and E of a step. */
export interface BacktestScores {
  readonly a: number
  readonly e: number
  /** As the regime explains them. */
  readonly explanation: JsonValue
}

/** A position's amounts, exact. */
export interface BacktestPosition {
  /** Base units. */
  readonly quantity: DecimalString
  /** Quote per base; `null` when flat. */
  readonly averageEntry: DecimalString | null
  /** USD, ever. */
  readonly investedUsd: DecimalString
  readonly extractedUsd: DecimalString
  readonly realisedPnlUsd: DecimalString
}

/** A fill with the intent that led to it. */
export interface BacktestFill {
  readonly fill: Fill
  readonly intentId: string | null
  /** Rule of the intent; `external` without one. */
  readonly rule: string
}

/** What happens while a backtest runs, in order. */
export interface BacktestListener {
  onStep(step: BacktestStep): void
  onFill(fill: BacktestFill): void
  onTradeClosed(trade: ClosedTrade): void
  /** An intent of which nothing was filled, and why. */
  onUnfilled(intent: { readonly rule: string; readonly state: string; readonly reason: string | null }): void
}
