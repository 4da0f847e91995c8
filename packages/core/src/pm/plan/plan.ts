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
    }

/** Turns signals, scores and history into at most one intent. Pure; replaceable by configuration. */
export interface Planner {
  plan(input: PlanInput): Plan
}
