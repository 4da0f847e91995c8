import type { PmConfig } from '../config/pm-config.ts'
import type { PositionHistory } from '../history/position-history.ts'
import type { Signals } from '../signals/signals.ts'
import type { TradePattern } from './rule.ts'

/**
 * What the caller lets a plan do:
 * `all`; `sells-only`, when the venue takes nothing but reduce-only orders: exits and trims; `exits-only`, when the bar is not the
 * newest or too old: exits that are due; `none`, when the venue is closed. Whatever is held back is only not planned: exits
 * become due all the same.
 */
export type Planning = 'all' | 'sells-only' | 'exits-only' | 'none'

/** The intent of this position that is not terminal. */
export interface OpenIntent {
  readonly kind: 'buy' | 'trim' | 'exit'
  /** Its `barTs`. */
  readonly barTs: number
}

/** The position as figures. USD and base units as floating point: they size a plan, the venue's rules make it exact. */
export interface PlanPosition {
  readonly quantity: number
  /** Null when flat. */
  readonly averageEntry: number | null
  readonly allocationUsd: number
  readonly investedUsd: number
  readonly extractedUsd: number
  readonly remainingUsd: number
  /** The rule that opened the trade, null when flat. */
  readonly openedBy: TradePattern | null
}

/** Learned strength d by the rule that opened the trades; a rule that is not there has 0. */
export type LearnedStrengths = Readonly<Partial<Record<TradePattern, number>>>

/** Everything a plan depends on. */
export interface PlanInput {
  /** Null while warming up. */
  readonly signals: Signals | null
  /** Add appetite, in [0, 1]. */
  readonly A: number
  /** Exit assertiveness, in [0, 1]. */
  readonly E: number
  readonly position: PlanPosition
  /** After `advanceHistory` with the same signals. */
  readonly history: PositionHistory
  readonly learned: LearnedStrengths
  readonly openIntent: OpenIntent | null
  readonly planning: Planning
  readonly config: PmConfig
}
