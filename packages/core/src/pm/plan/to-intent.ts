import type { Signals } from '../signals/signals.ts'
import type { BlockedRule } from './blocked-rule.ts'
import type { Intent } from './intent.ts'
import type { PlanInput } from './plan-input.ts'
import type { Proposal } from './proposal.ts'
import type { PlanRule } from './rule.ts'

/** An intent that a planner can plan. */
export type PlannedIntent = Intent & { readonly rule: PlanRule }

/** A proposal with all that explains it. */
export function toIntent(
  proposal: Proposal,
  input: PlanInput,
  signals: Signals,
  blocked: readonly BlockedRule[],
): PlannedIntent {
  const { history, config, A, E } = input
  const urgency = config.plan.urgency[proposal.action]
  return {
    barTs: signals.ts,
    action: proposal.action,
    rule: proposal.rule,
    sizeFrac: proposal.sizeFrac,
    notionalUsd: proposal.notionalUsd,
    urgency,
    reduceOnly: proposal.action === 'trim' || proposal.action === 'emergency_exit',
    maxSlippageBps: config.plan.maxSlippageBps[urgency],
    blocked: [...blocked],
    state: signals.state,
    prevState: signals.prevState,
    A,
    E,
    d: proposal.d,
    score: proposal.score,
    band: proposal.band,
    scores: signals.scores,
    trimLevel: signals.trimLevel,
    close: signals.close,
    atr: signals.atr,
    marks: {
      episode: history.episode,
      s2Visit: history.s2Visit,
      s3Visit: history.s3Visit,
      trade: history.trade,
    },
  }
}
