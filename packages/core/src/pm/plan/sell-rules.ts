import { clamp } from '../numeric/clamp.ts'
import type { Signals } from '../signals/signals.ts'
import { bandOf, shareOf } from './band.ts'
import type { BlockedRule } from './blocked-rule.ts'
import { blockedBy, need, needMargin, traceRule } from './blocked-rule.ts'
import type { PlanInput } from './plan-input.ts'
import type { Proposal, Verdict } from './proposal.ts'
import type { ExitRule } from './rule.ts'

/** An exit sells everything, under the rule that made it due. */
export function proposeExit(rule: ExitRule, input: PlanInput, signals: Signals): Proposal {
  const notionalUsd = input.position.quantity * signals.close
  return { rule, action: 'emergency_exit', sizeFrac: 1, notionalUsd, d: 0, score: null, band: null }
}

/** Why none of rules 1 to 3 made an exit due on this bar. */
export function explainExits(input: PlanInput, signals: Signals): readonly BlockedRule[] {
  const { position, history, config } = input
  const { margins, state } = signals
  const { atr } = config.plan.nearness
  const order = traceRule('exitPosition')
  need(order, 'holding', position.quantity > 0)
  if (!signals.flags.exitPosition) {
    need(order, 'state', state === 'S1' || state === 'S3')
    needMargin(order, 'exit-order', margins.exit, atr)
    need(order, 'flag', order.gate !== null)
  }
  const emergency = traceRule('emergencyExit')
  need(emergency, 'holding', position.quantity > 0)
  if (!signals.flags.emergencyExit) {
    need(emergency, 'state', state === 'S3')
    needMargin(emergency, 'emergency-band', margins.emergency, atr)
    need(emergency, 'flag', emergency.gate !== null)
  }
  const stop = traceRule('stop')
  need(stop, 'holding', position.quantity > 0)
  need(stop, 'state', state !== 'S3')
  const below = history.stopPrice === null ? null : history.stopPrice - signals.close
  needMargin(stop, 'stop-price', below === null || signals.atr <= 0 ? null : below / signals.atr, atr)
  const blocked: BlockedRule[] = []
  for (const trace of [order, emergency, stop]) {
    const rule = blockedBy(trace)
    if (rule !== null) blocked.push(rule)
  }
  return blocked
}

/** Rule 4: sells a part at a level when the price has run ahead. */
export function testTrim(input: PlanInput, signals: Signals): Verdict {
  const { position, history, config } = input
  const c = config.plan.trim
  const trace = traceRule('trimFlag')
  need(trace, 'holding', position.quantity > 0)
  if (!signals.flags.trimFlag) {
    need(trace, 'state', signals.state === 'S2' || signals.state === 'S3')
    needMargin(trace, 'overextension', signals.margins.overextension, config.plan.nearness.score)
    needMargin(trace, 'level', signals.margins.level, config.plan.nearness.atr)
    need(trace, 'flag', trace.gate !== null)
  }
  const { lastTrim } = history
  if (lastTrim !== null) {
    const closed = history.recentBarEnds.filter((end) => end > lastTrim.filledAt).length
    needMargin(trace, 'trim-spacing', closed - c.spacingBars, c.spacingBars)
    const { trimLevel, close } = signals
    if (trimLevel !== null) {
      const moved = Math.abs(trimLevel - lastTrim.level)
      if (!(moved > c.levelChange * close)) {
        needMargin(trace, 'trim-level', moved / close - c.levelChange, c.levelChange)
        need(trace, 'trim-level', trace.gate !== null)
      }
    }
  }
  const blocked = blockedBy(trace)
  if (blocked !== null) return { fires: false, blocked }
  const d = position.openedBy === null ? 0 : (input.learned[position.openedBy] ?? 0)
  const score = clamp(input.E - d)
  const band = bandOf(score, config.plan.bands)
  const sizeFrac = Math.min(c.max, shareOf(band, c) * trimFactor(input))
  const notionalUsd = sizeFrac * position.quantity * signals.close
  return { fires: true, proposal: { rule: 'trimFlag', action: 'trim', sizeFrac, notionalUsd, d, score, band } }
}

function trimFactor(input: PlanInput): number {
  const c = input.config.plan.trim
  const reached = input.history.tradeProceedsUsd / input.position.allocationUsd
  for (const step of c.steps) {
    if (reached >= step.atAllocations) return step.factor
  }
  return c.baseFactor
}
