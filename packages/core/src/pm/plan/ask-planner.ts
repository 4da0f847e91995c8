import { copyJson } from '../plain-json.ts'
import { checkPlan } from './check-plan.ts'
import type { Plan, Planner } from './plan.ts'
import { universalPlanner } from './plan-actions.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Asks a planner and takes of its answer what may be taken: the boundary between the position and somebody else's code. A planner that throws, or answers
 * what is no plan, holds, with the reason as `refused`. It is given copies: nothing of the position can be changed through them.
 */
export function askPlanner(planner: Planner, input: PlanInput): Plan {
  if (planner === universalPlanner) return planner.plan(input)
  const { signals, position, history, learned } = input
  const copy: PlanInput = {
    ...input,
    signals: signals === null ? null : copyJson(signals),
    position: { ...position },
    history: copyJson(history),
    learned: { ...learned },
  }
  try {
    const checked = checkPlan(planner.plan(copy), input)
    return typeof checked === 'string' ? refused(checked) : checked
  } catch (error) {
    return refused(`the planner threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function refused(reason: string): Plan {
  return { kind: 'hold', blocked: [], nearest: null, cancelResting: false, refused: reason }
}
