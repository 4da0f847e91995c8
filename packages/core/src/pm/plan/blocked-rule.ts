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
  /**
   * What all failed gates lacked together; the smallest came nearest. Each counts at most 1. A rule of another state, one that asks for a holding when flat or the
   * other way round, and a sell with nothing to sell count more, and nothing else of them is judged.
   */
  readonly shortfall: number
}

/** The block of a rule that belongs to another state. */
export const OTHER_STATE = blockEach('state', 6, 7)

/** The block of a rule that sells while nothing is held. */
export const NOTHING_HELD = blockEach('holding', 7)

/** The block of a rule that buys only while something is held, or only while nothing is. */
export const ONLY_HOLDING = blockEach('holding', 5)
export const ONLY_FLAT = blockEach('flat', 5)

/** A rule under test: the gates that failed so far, none while `gate` is null. */
export interface RuleTrace {
  readonly rule: PlanRule
  gate: PlanGate | null
  margin: number | null
  shortfall: number
}

export function traceRule(rule: PlanRule): RuleTrace {
  return { rule, gate: null, margin: null, shortfall: 0 }
}

/** Whether any gate failed: then the trace says why the rule is blocked. */
export function isBlocked(trace: RuleTrace): trace is RuleTrace & BlockedRule {
  return trace.gate !== null
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

function blockEach(gate: PlanGate, shortfall: number, ofSells = shortfall): Readonly<Record<PlanRule, BlockedRule>> {
  const block = (rule: PlanRule, short = shortfall): BlockedRule =>
    Object.freeze({ rule, gate, margin: null, shortfall: short })
  return {
    exitPosition: block('exitPosition', ofSells),
    emergencyExit: block('emergencyExit', ofSells),
    stop: block('stop', ofSells),
    trimFlag: block('trimFlag', ofSells),
    'S1.buySignal': block('S1.buySignal'),
    'S2.buyFlag': block('S2.buyFlag'),
    'S2.pool': block('S2.pool'),
    'S3.dx': block('S3.dx'),
    'S3.entry': block('S3.entry'),
    'S3.reclaim': block('S3.reclaim'),
  }
}
