import type { BlockedRule, Plan, SizingResult, TradeGate } from '@portolan/core'
import type { DecisionView } from './snapshot.ts'

/** Puts a decision into one line for a person. */
export function describeDecision(options: {
  readonly barTs: number
  readonly warmingUp: { readonly seen: number; readonly needed: number } | null
  readonly plan: Plan
  readonly gate: TradeGate
  readonly sizing: SizingResult | null
}): DecisionView {
  const { barTs, warmingUp, plan, gate, sizing } = options
  if (warmingUp !== null) {
    return { barTs, action: 'hold', rule: null, why: `warming up: ${warmingUp.seen} of ${warmingUp.needed} bars` }
  }
  if (plan.kind === 'hold') {
    const closed = gate.state === 'open' ? '' : `; ${gate.state}: ${gate.message}`
    return { barTs, action: 'hold', rule: null, why: `${plan.refused ?? describeNearest(plan.nearest)}${closed}` }
  }
  const { action, rule, sizeFrac, notionalUsd } = plan.intent
  const size = `${(sizeFrac * 100).toFixed(1)}% = ${notionalUsd.toFixed(2)} USD`
  const skipped = sizing?.kind === 'skip' ? `; not sent: ${sizing.message}` : ''
  return { barTs, action, rule, why: `${rule}: ${action} of ${size}${skipped}` }
}

function describeNearest(nearest: BlockedRule | null): string {
  if (nearest === null) return 'no rule was tested'
  const lacked =
    nearest.margin === null ? nearest.gate : `${nearest.gate} (lacked ${Math.abs(nearest.margin).toPrecision(3)})`
  return `nearest ${nearest.rule}: blocked by ${lacked}`
}
