import type { PmConfig } from '../config/pm-config.ts'
import type { PositionHistory } from '../history/position-history.ts'
import { clamp } from '../numeric/clamp.ts'
import { firstIndex } from '../numeric/ring.ts'
import type { Signals } from '../signals/signals.ts'
import { bandOf } from './band.ts'
import type { BlockedRule, PlanGate } from './blocked-rule.ts'
import { isBlocked, NOTHING_HELD, need, needMargin, OTHER_STATE, traceRule } from './blocked-rule.ts'
import type { PlanInput } from './plan-input.ts'
import type { Proposal, RuleTest } from './proposal.ts'
import type { ExitRule } from './rule.ts'

/** An exit sells everything, under the rule that made it due. */
export function proposeExit(rule: ExitRule, input: PlanInput, signals: Signals): Proposal {
  const notionalUsd = input.position.quantity * signals.close
  return { rule, action: 'emergency_exit', sizeFrac: 1, notionalUsd, d: 0, score: null, band: null }
}

/** Adds why none of rules 1 to 3 made an exit due on this bar. */
export function explainExits(input: PlanInput, signals: Signals, blocked: BlockedRule[]): void {
  if (input.position.quantity <= 0) {
    blocked.push(NOTHING_HELD.exitPosition, NOTHING_HELD.emergencyExit, NOTHING_HELD.stop)
    return
  }
  blocked.push(explainExitPosition(input, signals), explainEmergency(input, signals), explainStop(input, signals))
}

function explainExitPosition({ config }: PlanInput, { state, margins }: Signals): BlockedRule {
  if (state !== 'S1' && state !== 'S3') return OTHER_STATE.exitPosition
  return missed('exitPosition', 'exit-order', margins.exit, config)
}

function explainEmergency({ config }: PlanInput, { state, margins }: Signals): BlockedRule {
  return state === 'S3'
    ? missed('emergencyExit', 'emergency-band', margins.emergency, config)
    : OTHER_STATE.emergencyExit
}

function explainStop({ history, config }: PlanInput, { state, close, atr }: Signals): BlockedRule {
  if (state === 'S3') return OTHER_STATE.stop
  const { stopPrice } = history
  return missed('stop', 'stop-price', stopPrice === null || atr <= 0 ? null : (stopPrice - close) / atr, config)
}

/** A rule that lacked `margin` ATR of its only gate; null where that could not be measured. */
function missed(rule: ExitRule, gate: PlanGate, margin: number | null, config: PmConfig): BlockedRule {
  if (margin === null || margin >= 0) return { rule, gate: margin === null ? gate : 'flag', margin: null, shortfall: 1 }
  return { rule, gate, margin, shortfall: Math.min(1, -margin / config.plan.nearness.atr) }
}

/** Rule 4, in S2 and S3: sells a part at a level when the price has run ahead. */
export const testTrim: RuleTest = (input, signals, blocked) => {
  const { position, history, config } = input
  const c = config.plan.trim
  if (position.quantity <= 0) {
    blocked.push(NOTHING_HELD.trimFlag)
    return null
  }
  const trace = traceRule('trimFlag')
  if (!signals.flags.trimFlag) {
    needMargin(trace, 'overextension', signals.margins.overextension, config.plan.nearness.score)
    needMargin(trace, 'level', signals.margins.level, config.plan.nearness.atr)
    need(trace, 'flag', trace.gate !== null)
  }
  const { lastTrim } = history
  if (lastTrim !== null) {
    const closed = barsSince(history, lastTrim.filledAt)
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
  if (isBlocked(trace)) {
    blocked.push(trace)
    return null
  }
  const d = position.openedBy === null ? 0 : (input.learned[position.openedBy] ?? 0)
  const score = clamp(input.E - d)
  const band = bandOf(score, config.plan.bands)
  const sizeFrac = Math.min(c.max, c[band] * trimFactor(input))
  const notionalUsd = sizeFrac * position.quantity * signals.close
  return { rule: 'trimFlag', action: 'trim', sizeFrac, notionalUsd, d, score, band }
}

function trimFactor(input: PlanInput): number {
  const c = input.config.plan.trim
  const reached = input.history.tradeProceedsUsd / input.position.allocationUsd
  for (const step of c.steps) {
    if (reached >= step.atAllocations) return step.factor
  }
  return c.baseFactor
}

/** Bars closed since a time, the bar in which it lay included; counted no further than the history reaches back. */
function barsSince(history: PositionHistory, time: number): number {
  const { values, end } = history.recentBarEnds
  let bars = 0
  for (let i = firstIndex(history.recentBarEnds); i < end; i++) {
    if ((values[i] ?? 0) > time) bars++
  }
  return bars
}
