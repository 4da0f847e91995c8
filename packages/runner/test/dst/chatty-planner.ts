import type { Planner } from '@portolan/core'
import { holdPlan, makePlan } from '@portolan/core'

/** Trades on most bars, by a rule that depends on nothing but the bar's time: many orders of all kinds in a short simulation. */
export const chattyPlanner: Planner = {
  plan(input) {
    const { signals, position, openIntent } = input
    if (signals === null || openIntent !== null) return holdPlan()
    const dice = hash(signals.ts)
    if (position.quantity > 0) {
      if (dice < 0.25) return makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
      if (dice < 0.45) return makePlan(input, signals, { action: 'trim', rule: 'trimFlag', sizeFrac: 0.3 + dice })
    }
    if (dice > 0.55 && position.remainingUsd > 20) {
      const action = position.quantity > 0 ? 'add' : 'entry'
      return makePlan(input, signals, { action, rule: 'S3.entry', sizeFrac: dice - 0.3 })
    }
    return holdPlan()
  },
}

/** In [0, 1). */
function hash(ts: number): number {
  const mixed = Math.imul((ts / 60_000) ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  return ((Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0) % 1000) / 1000
}
