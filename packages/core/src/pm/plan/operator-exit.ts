import type { PmConfig } from '../config/pm-config.ts'
import type { PositionState } from '../position/position-state.ts'
import type { Intent } from './intent.ts'

const NO_SCORES = { ts: null, edx: null, ox: null, dx: null } as const

/**
 * The intent that sells all of a position because a person, or a loss limit, ordered it; also while it is warming up. No planner is asked.
 * @param order `at`: when, ms, in the place of a bar's time. `price`: the newest, quote per base.
 */
export function operatorExit(
  { signals, history, figures }: PositionState,
  order: { readonly at: number; readonly price: number },
  config: PmConfig,
): Intent {
  const urgency = config.plan.urgency.emergency_exit
  return {
    barTs: order.at,
    action: 'emergency_exit',
    rule: 'operator',
    sizeFrac: 1,
    notionalUsd: figures.quantity * order.price,
    urgency,
    reduceOnly: true,
    maxSlippageBps: config.plan.maxSlippageBps[urgency],
    blocked: [],
    state: signals?.state ?? 'S0',
    prevState: signals?.prevState ?? null,
    A: 0,
    E: 1,
    d: 0,
    score: null,
    band: null,
    scores: signals?.scores ?? NO_SCORES,
    trimLevel: null,
    close: order.price,
    atr: signals?.atr ?? 0,
    marks: {
      episode: history.episode,
      s2Visit: history.s2Visit,
      s3Visit: history.s3Visit,
      trade: history.trade,
    },
  }
}
