import type { Band } from './band.ts'
import type { BlockedRule } from './blocked-rule.ts'
import type { IntentAction } from './intent.ts'
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

/** What testing one rule gives. */
export type Verdict =
  | { readonly fires: true; readonly proposal: Proposal }
  | { readonly fires: false; readonly blocked: BlockedRule }
