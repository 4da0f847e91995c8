import type { TrendState } from '../trend/trend-state.ts'
import type { BlockedRule } from './blocked-rule.ts'
import { OTHER_STATE } from './blocked-rule.ts'
import { testDiscount, testPool, testPrimer, testReclaim, testRetest, testUptrendEntry } from './buy-rules.ts'
import type { RuleTest } from './proposal.ts'
import { testTrim } from './sell-rules.ts'

/** A rule as a state sees it: to be tested, or blocked because it belongs to another state. */
export type RuleOfState = RuleTest | BlockedRule

const primer = OTHER_STATE['S1.buySignal']
const retest = OTHER_STATE['S2.buyFlag']
const pool = OTHER_STATE['S2.pool']
const discount = OTHER_STATE['S3.dx']
const entry = OTHER_STATE['S3.entry']
const reclaim = OTHER_STATE['S3.reclaim']

const NONE: readonly RuleOfState[] = [OTHER_STATE.trimFlag, primer, retest, pool, discount, entry, reclaim]

/** Rules 4 to 8 in their order, for each state. */
export const RULES_AFTER_EXITS: Readonly<Record<TrendState, readonly RuleOfState[]>> = {
  S0: NONE,
  S1: [OTHER_STATE.trimFlag, testPrimer, retest, pool, discount, entry, reclaim],
  S2: [testTrim, primer, testRetest, testPool, discount, entry, reclaim],
  S3: [testTrim, primer, retest, pool, testDiscount, testUptrendEntry, testReclaim],
  S4: NONE,
}
