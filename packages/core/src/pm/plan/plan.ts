import type { BlockedRule } from './blocked-rule.ts'
import type { Intent } from './intent.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * What one bar leads to: an intent, or a hold that says which rule came nearest.
 * `cancelResting`: what rests of the open intent must be cancelled now (it keeps being true until that is terminal).
 */
export type Plan =
  | {
      readonly kind: 'intent'
      readonly intent: Intent
      readonly blocked: readonly BlockedRule[]
      readonly cancelResting: false
    }
  | {
      readonly kind: 'hold'
      readonly blocked: readonly BlockedRule[]
      /** Null while warming up, when no rule is tested. */
      readonly nearest: BlockedRule | null
      readonly cancelResting: boolean
      /** Why what the planner answered was not taken, a sentence for a person. Absent when the planner holds. */
      readonly refused?: string
    }

/**
 * Turns signals, scores and history into at most one intent. Replaceable by configuration. It must be pure: the same input gives the same plan, and
 * nothing is remembered between calls (the input's history does that). `makePlan` and `holdPlan` write its answer.
 */
export interface Planner {
  plan(input: PlanInput): Plan
}
