import type { Signals } from '../signals/signals.ts'
import type { Band } from './band.ts'
import type { BlockedRule } from './blocked-rule.ts'
import { nearestRule } from './blocked-rule.ts'
import type { IntentAction } from './intent.ts'
import type { Plan } from './plan.ts'
import type { PlanInput } from './plan-input.ts'
import type { PlanRule } from './rule.ts'
import { toIntent } from './to-intent.ts'

/** What a planner of your own wants done. */
export interface PlannedOrder {
  readonly action: IntentAction
  /** What its fills count as in the position's history, and what its trade teaches about. */
  readonly rule: PlanRule
  /** In (0, 1]: of `remainingUsd` for a buy, of the quantity held for a sell; 1 for `emergency_exit`. */
  readonly sizeFrac: number
  /** For the explanation: the score that chose the size, its band, the learned strength in it. Default none. */
  readonly score?: number
  readonly band?: Band
  readonly d?: number
}

/** The plan that orders this, with urgency and slippage as the configuration has them for its action. `blocked`: rules tested before, with what they lacked. */
export function makePlan(
  input: PlanInput,
  signals: Signals,
  order: PlannedOrder,
  blocked: readonly BlockedRule[] = [],
): Plan {
  const { action, rule, sizeFrac, score = null, band = null, d = 0 } = order
  const { quantity, remainingUsd } = input.position
  const base = action === 'trim' || action === 'emergency_exit' ? quantity * signals.close : remainingUsd
  const proposal = { action, rule, sizeFrac, notionalUsd: sizeFrac * base, score, band, d }
  return { kind: 'intent', intent: toIntent(proposal, input, signals, blocked), blocked, cancelResting: false }
}

/** The plan that does nothing. `cancelResting`: what rests of the open intent is cancelled. */
export function holdPlan(blocked: readonly BlockedRule[] = [], cancelResting = false): Plan {
  return { kind: 'hold', blocked, nearest: nearestRule(blocked), cancelResting }
}
