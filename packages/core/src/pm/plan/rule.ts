/** Rules that end a position whole. */
export type ExitRule = 'exitPosition' | 'emergencyExit' | 'stop'

/** Rules that buy. */
export type BuyRule = 'S1.buySignal' | 'S2.buyFlag' | 'S2.pool' | 'S3.dx' | 'S3.entry' | 'S3.reclaim'

/** Every rule of `planActions`. */
export type PlanRule = ExitRule | 'trimFlag' | BuyRule

/** The rule of an intent. `operator`: a person, or a loss limit, had it sold off; no planner can plan that. */
export type IntentRule = PlanRule | 'operator'

/** The rule of a fill: that of its intent, or `external` without one (liquidation, auto-deleveraging, by hand). */
export type FillRule = IntentRule | 'external'

/** The rule that opened a trade: what its result teaches about. */
export type TradePattern = BuyRule | 'external'

export function isExitRule(rule: FillRule): rule is ExitRule | 'operator' {
  return rule === 'exitPosition' || rule === 'emergencyExit' || rule === 'stop' || rule === 'operator'
}

/** The pattern of a trade opened by a fill of `rule`; a sell opens none, so whatever is no buy is `external`. */
export function tradePattern(rule: FillRule): TradePattern {
  return isExitRule(rule) || rule === 'trimFlag' ? 'external' : rule
}
