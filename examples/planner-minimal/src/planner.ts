import type { Planner } from '@portolan/core'
import { holdPlan, makePlan } from '@portolan/core'

/** Buys half of what remains when an uptrend begins, and sells all when it is over. */
const planner: Planner = {
  plan(input) {
    const { signals, position, openIntent } = input
    // Warming up, or an order is on its way: one at a time.
    if (signals === null || openIntent !== null) return holdPlan()
    if (position.quantity > 0 && signals.flags.exitPosition) {
      return makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
    }
    const begins = signals.prevState === 'S2' && signals.state === 'S3'
    if (begins && position.remainingUsd > 0) {
      const action = position.quantity > 0 ? 'add' : 'entry'
      return makePlan(input, signals, { action, rule: 'S3.entry', sizeFrac: 0.5 })
    }
    // Told by `portolan explain`: which rule was looked at, and what it lacked.
    return holdPlan([{ rule: 'S3.entry', gate: begins ? 'remaining' : 'state', margin: null, shortfall: 1 }])
  },
}

export default planner
