import type { BandShares } from '../config/plan-config.ts'
import { clamp } from '../numeric/clamp.ts'
import type { Signals } from '../signals/signals.ts'
import type { TrendState } from '../trend/trend-state.ts'
import { bandOf, shareOf } from './band.ts'
import type { RuleTrace } from './blocked-rule.ts'
import { blockedBy, need, needMargin, traceRule } from './blocked-rule.ts'
import type { PlanInput } from './plan-input.ts'
import type { Verdict } from './proposal.ts'
import type { BuyRule } from './rule.ts'

/** Rule 5: once an episode, in S1, after it has been in S2 or S3. */
export function testPrimer(input: PlanInput, signals: Signals): Verdict {
  const { history, position, config } = input
  const trace = traceRule('S1.buySignal')
  if (needState(trace, signals, 'S1')) needBuyFlag(trace, signals.flags.buySignal, input, signals)
  need(trace, 's2-seen', history.s2Seen)
  need(trace, 'already-filled', history.primerFilledIn !== history.episode)
  return conclude(trace, 'S1.buySignal', input, config.plan.primer, position.remainingUsd)
}

/** Rule 6, flat: once a visit to S2, on a retest of EMA333. */
export function testRetest(input: PlanInput, signals: Signals): Verdict {
  const { history, position, config } = input
  const trace = traceRule('S2.buyFlag')
  if (needState(trace, signals, 'S2')) needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'flat', position.quantity <= 0)
  need(trace, 'already-filled', history.retestFilledIn !== history.s2Visit)
  return conclude(trace, 'S2.buyFlag', input, config.plan.entry, entryBase(input))
}

/** Rule 6, holding: buys back from the pool of trims. */
export function testPool(input: PlanInput, signals: Signals): Verdict {
  const { history, position, config } = input
  const trace = traceRule('S2.pool')
  if (needState(trace, signals, 'S2')) needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'holding', position.quantity > 0)
  need(trace, 'pool', history.poolUsd > 0)
  need(trace, 'recovery', history.recovery === null)
  return conclude(trace, 'S2.pool', input, config.plan.pool, history.poolUsd)
}

/** Rule 7, holding: up to three times from one pool, each lower than the last. */
export function testDiscount(input: PlanInput, signals: Signals): Verdict {
  const { history, position, config } = input
  const { recovery } = history
  const trace = traceRule('S3.dx')
  if (needState(trace, signals, 'S3')) needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'holding', position.quantity > 0)
  need(trace, 'pool', history.poolUsd > 0)
  if (recovery !== null) {
    need(trace, 'recovery', recovery.fills < config.plan.discount.maxFills)
    if (signals.close > recovery.arm) {
      needMargin(
        trace,
        'arm',
        signals.atr > 0 ? (recovery.arm - signals.close) / signals.atr : null,
        config.plan.nearness.atr,
      )
      need(trace, 'arm', trace.gate !== null)
    }
  }
  return conclude(trace, 'S3.dx', input, config.plan.discount, recovery?.baseUsd ?? history.poolUsd)
}

/** Rule 7, flat: once an S3, unless an emergency exit waits for its rebuy. */
export function testUptrendEntry(input: PlanInput, signals: Signals): Verdict {
  const { history, position, config } = input
  const trace = traceRule('S3.entry')
  if (needState(trace, signals, 'S3')) needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'flat', position.quantity <= 0)
  need(trace, 'already-filled', history.uptrendEntryFilledIn !== history.s3Visit)
  need(trace, 'exit-value', history.exitValue?.unused !== true)
  return conclude(trace, 'S3.entry', input, config.plan.entry, entryBase(input))
}

/** Rule 8: buys back what an emergency exit of this S3 sold, once EMA333 is reclaimed. */
export function testReclaim(input: PlanInput, signals: Signals): Verdict {
  const { history, config } = input
  const { margins, flags } = signals
  const trace = traceRule('S3.reclaim')
  if (needState(trace, signals, 'S3') && !flags.reclaimed) {
    needMargin(trace, 'reclaim-band', margins.reclaim, config.plan.nearness.atr)
    need(trace, 'flag', trace.gate !== null)
  }
  need(trace, 'exit-value', history.exitValue?.unused === true)
  return conclude(trace, 'S3.reclaim', input, config.plan.reclaim, history.exitValue?.usd ?? 0)
}

/** In another state nothing of the flag can be judged: the rule lacks both. */
function needState(trace: RuleTrace, signals: Signals, state: TrendState): boolean {
  if (signals.state === state) return true
  need(trace, 'state', false)
  need(trace, 'flag', false)
  return false
}

function needBuyFlag(trace: RuleTrace, flag: boolean, input: PlanInput, signals: Signals): void {
  if (flag) return
  const { atr, score, slope } = input.config.plan.nearness
  const { margins } = signals
  needMargin(trace, 'distance', margins.distance, atr)
  need(trace, 'emergency-band', !signals.flags.emergencyExit)
  needMargin(trace, 'slope', margins.slope, slope)
  needMargin(trace, 'strength', margins.strength, score)
  if (signals.state === 'S3') needMargin(trace, 'discount', margins.discount, score)
  need(trace, 'flag', trace.gate !== null)
}

/** Entries shrink once the position has taken out as much as it may hold. */
function entryBase(input: PlanInput): number {
  const { position, config } = input
  const { atAllocations, factor } = config.plan.profitTaken
  const taken = position.extractedUsd - position.investedUsd
  return position.remainingUsd * (taken >= atAllocations * position.allocationUsd ? factor : 1)
}

/** The size of a rule whose gates all passed: a share of its base, at most what remains. */
function conclude(trace: RuleTrace, rule: BuyRule, input: PlanInput, shares: BandShares, baseUsd: number): Verdict {
  const { position, config } = input
  need(trace, 'remaining', position.remainingUsd > 0)
  const blocked = blockedBy(trace)
  if (blocked !== null) return { fires: false, blocked }
  const d = input.learned[rule] ?? 0
  const score = clamp(input.A + d)
  const band = bandOf(score, config.plan.bands)
  const notionalUsd = Math.min(position.remainingUsd, shareOf(band, shares) * baseUsd)
  const action = position.quantity > 0 ? 'add' : 'entry'
  const sizeFrac = notionalUsd / position.remainingUsd
  return { fires: true, proposal: { rule, action, sizeFrac, notionalUsd, d, score, band } }
}
