import type { PlanRule } from './rule.ts'

/** What a rule asks for. */
export type PlanGate =
  /** The state of the rule. */
  | 'state'
  /** The flag of the rule, where no single margin explains it. */
  | 'flag'
  /** Margins of the signals; see `SignalMargins`. */
  | 'exit-order'
  | 'emergency-band'
  | 'reclaim-band'
  | 'distance'
  | 'slope'
  | 'strength'
  | 'discount'
  | 'overextension'
  | 'level'
  /** Close at or below the stop; margin in ATR. */
  | 'stop-price'
  | 'holding'
  | 'flat'
  /** Bars since the last trim, and the change of level since then (margin as a share of the close). */
  | 'trim-spacing'
  | 'trim-level'
  /** The episode has been in S2 or S3. */
  | 's2-seen'
  /** No fill of this rule yet in the episode or visit that it marks. */
  | 'already-filled'
  | 'pool'
  | 'recovery'
  /** Close at or below the next arm; margin in ATR. */
  | 'arm'
  | 'exit-value'
  | 'remaining'
  /** The rule fired, but an intent is open, or the caller does not let it plan. */
  | 'open-intent'
  | 'permission'

/** Why a rule did not become the plan. */
export interface BlockedRule {
  readonly rule: PlanRule
  /** The first gate that failed. */
  readonly gate: PlanGate
  /** What that gate lacked (below 0), in the unit of the gate; null where there is no number. */
  readonly margin: number | null
  /** What all failed gates lacked together; each counts at most 1. The smallest came nearest. */
  readonly shortfall: number
}

/** A rule under test: the gates that failed so far. */
export interface RuleTrace {
  readonly rule: PlanRule
  gate: PlanGate | null
  margin: number | null
  shortfall: number
}

export function traceRule(rule: PlanRule): RuleTrace {
  return { rule, gate: null, margin: null, shortfall: 0 }
}

/** A condition that is met or not. */
export function need(trace: RuleTrace, gate: PlanGate, met: boolean): void {
  if (!met) miss(trace, gate, null, 1)
}

/** A condition with a margin (at or above 0 passes); missing by `scale` weighs as much as a condition not met. */
export function needMargin(trace: RuleTrace, gate: PlanGate, margin: number | null, scale: number): void {
  if (margin === null) miss(trace, gate, null, 1)
  else if (margin < 0) miss(trace, gate, margin, Math.min(1, -margin / scale))
}

/** Null when every gate passed. */
export function blockedBy(trace: RuleTrace): BlockedRule | null {
  const { rule, gate, margin, shortfall } = trace
  return gate === null ? null : { rule, gate, margin, shortfall }
}

/** The rule that came nearest, the earlier of two equally near; null without any. */
export function nearestRule(blocked: readonly BlockedRule[]): BlockedRule | null {
  let nearest: BlockedRule | null = null
  for (const rule of blocked) {
    if (nearest === null || rule.shortfall < nearest.shortfall) nearest = rule
  }
  return nearest
}

function miss(trace: RuleTrace, gate: PlanGate, margin: number | null, shortfall: number): void {
  if (trace.gate === null) {
    trace.gate = gate
    trace.margin = margin
  }
  trace.shortfall += shortfall
}
