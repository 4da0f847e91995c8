import type { BandShares } from '../config/plan-config.ts'
import { clamp } from '../numeric/clamp.ts'
import type { Signals } from '../signals/signals.ts'
import { bandOf } from './band.ts'
import type { BlockedRule, RuleTrace } from './blocked-rule.ts'
import { isBlocked, need, needMargin, ONLY_FLAT, ONLY_HOLDING, traceRule } from './blocked-rule.ts'
import type { PlanInput } from './plan-input.ts'
import type { Proposal, RuleTest } from './proposal.ts'
import type { BuyRule } from './rule.ts'

/** Rule 5, in S1: once an episode, after it has been in S2 or S3. */
export const testPrimer: RuleTest = (input, signals, blocked) => {
  const { history, position, config } = input
  const trace = traceRule('S1.buySignal')
  needBuyFlag(trace, signals.flags.buySignal, input, signals)
  need(trace, 's2-seen', history.s2Seen)
  need(trace, 'already-filled', history.primerFilledIn !== history.episode)
  return conclude(trace, 'S1.buySignal', input, blocked, config.plan.primer, position.remainingUsd)
}

/** Rule 6, in S2 when flat: once a visit, on a retest of EMA333. */
export const testRetest: RuleTest = (input, signals, blocked) => {
  const { history, position, config } = input
  if (position.quantity > 0) return block(ONLY_FLAT['S2.buyFlag'], blocked)
  const trace = traceRule('S2.buyFlag')
  needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'already-filled', history.retestFilledIn !== history.s2Visit)
  return conclude(trace, 'S2.buyFlag', input, blocked, config.plan.entry, entryBase(input))
}

/** Rule 6, in S2 when holding: buys back from the pool of trims. */
export const testPool: RuleTest = (input, signals, blocked) => {
  const { history, position, config } = input
  if (position.quantity <= 0) return block(ONLY_HOLDING['S2.pool'], blocked)
  const trace = traceRule('S2.pool')
  needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'pool', history.poolUsd > 0)
  need(trace, 'recovery', history.recovery === null)
  return conclude(trace, 'S2.pool', input, blocked, config.plan.pool, history.poolUsd)
}

/** Rule 7, in S3 when holding: up to three times from one pool, each lower than the last. */
export const testDiscount: RuleTest = (input, signals, blocked) => {
  const { history, position, config } = input
  const { recovery } = history
  if (position.quantity <= 0) return block(ONLY_HOLDING['S3.dx'], blocked)
  const trace = traceRule('S3.dx')
  needBuyFlag(trace, signals.flags.buyFlag, input, signals)
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
  return conclude(trace, 'S3.dx', input, blocked, config.plan.discount, recovery?.baseUsd ?? history.poolUsd)
}

/** Rule 7, in S3 when flat: once an S3, unless an emergency exit waits for its rebuy. */
export const testUptrendEntry: RuleTest = (input, signals, blocked) => {
  const { history, position, config } = input
  if (position.quantity > 0) return block(ONLY_FLAT['S3.entry'], blocked)
  const trace = traceRule('S3.entry')
  needBuyFlag(trace, signals.flags.buyFlag, input, signals)
  need(trace, 'already-filled', history.uptrendEntryFilledIn !== history.s3Visit)
  need(trace, 'exit-value', history.exitValue?.unused !== true)
  return conclude(trace, 'S3.entry', input, blocked, config.plan.entry, entryBase(input))
}

/** Rule 8, in S3: buys back what an emergency exit of this S3 sold, once EMA333 is reclaimed. */
export const testReclaim: RuleTest = (input, signals, blocked) => {
  const { history, config } = input
  const { margins, flags } = signals
  const trace = traceRule('S3.reclaim')
  if (!flags.reclaimed) {
    needMargin(trace, 'reclaim-band', margins.reclaim, config.plan.nearness.atr)
    need(trace, 'flag', trace.gate !== null)
  }
  need(trace, 'exit-value', history.exitValue?.unused === true)
  return conclude(trace, 'S3.reclaim', input, blocked, config.plan.reclaim, history.exitValue?.usd ?? 0)
}

function block(rule: BlockedRule, blocked: BlockedRule[]): null {
  blocked.push(rule)
  return null
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
function conclude(
  trace: RuleTrace,
  rule: BuyRule,
  input: PlanInput,
  blocked: BlockedRule[],
  shares: BandShares,
  baseUsd: number,
): Proposal | null {
  const { position, config } = input
  need(trace, 'remaining', position.remainingUsd > 0)
  if (isBlocked(trace)) return block(trace, blocked)
  const d = input.learned[rule] ?? 0
  const score = clamp(input.A + d)
  const band = bandOf(score, config.plan.bands)
  const notionalUsd = Math.min(position.remainingUsd, shares[band] * baseUsd)
  const action = position.quantity > 0 ? 'add' : 'entry'
  return { rule, action, sizeFrac: notionalUsd / position.remainingUsd, notionalUsd, d, score, band }
}
