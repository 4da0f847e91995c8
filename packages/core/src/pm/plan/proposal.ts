import type { Signals } from '../signals/signals.ts'
import type { Band } from './band.ts'
import type { BlockedRule } from './blocked-rule.ts'
import type { IntentAction } from './intent.ts'
import type { PlanInput } from './plan-input.ts'
import type { PlanRule } from './rule.ts'

/** A rule that fired: what it would do. */
export interface Proposal {
  readonly rule: PlanRule
  readonly action: IntentAction
  readonly sizeFrac: number
  readonly notionalUsd: number
  readonly d: number
  readonly score: number | null
  readonly band: Band | null
}

/** Tests one rule: what it would do, or null after adding to `blocked` why it does not fire. */
export type RuleTest = (input: PlanInput, signals: Signals, blocked: BlockedRule[]) => Proposal | null
