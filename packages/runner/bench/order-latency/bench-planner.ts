import type { Planner } from '@portolan/core'
import { holdPlan, makePlan } from '@portolan/core'

/** Orders on every bar: buys when nothing is held, and sells all of it on the next. */
export const benchPlanner: Planner = {
  plan(input) {
    const { signals, position, openIntent } = input
    if (signals === null || openIntent !== null) return holdPlan()
    return position.quantity > 0
      ? makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
      : makePlan(input, signals, { action: 'entry', rule: 'S3.entry', sizeFrac: 0.5 })
  },
}
