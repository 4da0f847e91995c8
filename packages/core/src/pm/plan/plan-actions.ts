import type { Signals } from '../signals/signals.ts'
import type { BlockedRule, PlanGate } from './blocked-rule.ts'
import { nearestRule } from './blocked-rule.ts'
import { testExitRules } from './exit-rules.ts'
import type { Plan, Planner } from './plan.ts'
import type { PlanInput } from './plan-input.ts'
import type { Proposal } from './proposal.ts'
import type { ExitRule, PlanRule } from './rule.ts'
import { isExitRule } from './rule.ts'
import { RULES_AFTER_EXITS } from './rules-by-state.ts'
import { explainExits, proposeExit } from './sell-rules.ts'
import { toIntent } from './to-intent.ts'

/**
 * Signals, A/E, position and history to at most one intent. Pure. Rules are tested in their order; the first that fires is
 * the plan, every one before it says why it did not. A rule that fires while an intent is open, or that the caller does not let
 * plan, is blocked with that as its gate.
 */
export function planActions(input: PlanInput): Plan {
  const { signals } = input
  const cancelResting = mustCancel(input)
  if (signals === null) return { kind: 'hold', blocked: [], nearest: null, cancelResting }
  const blocked: BlockedRule[] = []
  const due = dueExit(input, signals)
  if (due !== null) {
    // Nothing else is planned while an exit is due: it comes first, and waits for what is open.
    const plan = admit(proposeExit(due, input, signals), input, signals, blocked)
    return plan ?? { kind: 'hold', blocked, nearest: nearestRule(blocked), cancelResting }
  }
  explainExits(input, signals, blocked)
  for (const rule of RULES_AFTER_EXITS[signals.state]) {
    if (typeof rule !== 'function') {
      blocked.push(rule)
      continue
    }
    const proposal = rule(input, signals, blocked)
    if (proposal === null) continue
    const plan = admit(proposal, input, signals, blocked)
    if (plan !== null) return plan
  }
  return { kind: 'hold', blocked, nearest: nearestRule(blocked), cancelResting }
}

/** The planner of this framework. */
export const universalPlanner: Planner = { plan: planActions }

function dueExit(input: PlanInput, signals: Signals): ExitRule | null {
  const { history, position } = input
  if (position.quantity <= 0) return null
  return history.exitDue?.rule ?? testExitRules(signals, position.quantity, history)
}

/** A resting buy ends with the first exit signal after it; an exit that is due ends whatever rests, except an exit. */
function mustCancel(input: PlanInput): boolean {
  const { openIntent, history, position, signals } = input
  if (openIntent === null || openIntent.kind === 'exit') return false
  if (position.quantity > 0) {
    if (history.exitDue !== null) return true
    if (signals !== null && testExitRules(signals, position.quantity, history) !== null) return true
  }
  if (openIntent.kind !== 'buy') return false
  const signalled =
    signals !== null && (signals.flags.exitPosition || signals.flags.emergencyExit) && openIntent.barTs < signals.ts
  return signalled || (history.exitSignal !== null && openIntent.barTs < history.exitSignal.barTs)
}

/** The plan of a rule that fired; null, with the rule added to `blocked`, when it may not be planned now. */
function admit(proposal: Proposal, input: PlanInput, signals: Signals, blocked: BlockedRule[]): Plan | null {
  const gate = withheldBy(proposal.rule, input)
  if (gate === null) {
    return { kind: 'intent', intent: toIntent(proposal, input, signals, blocked), blocked, cancelResting: false }
  }
  blocked.push({ rule: proposal.rule, gate, margin: null, shortfall: 0 })
  return null
}

function withheldBy(rule: PlanRule, input: PlanInput): PlanGate | null {
  if (input.openIntent !== null) return 'open-intent'
  switch (input.planning) {
    case 'all':
      return null
    case 'sells-only':
      return isExitRule(rule) || rule === 'trimFlag' ? null : 'permission'
    case 'exits-only':
      return isExitRule(rule) ? null : 'permission'
    case 'none':
      return 'permission'
  }
}
