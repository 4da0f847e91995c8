import type { PmModels } from './models.ts'
import { universalPlanner } from './plan/plan-actions.ts'
import { universalRegime } from './regime/universal-regime.ts'
import { universalSignals } from './series/universal-signals.ts'

/** The models of this framework, used wherever none is named. */
export const universalModels: PmModels = {
  signals: universalSignals,
  planner: universalPlanner,
  regime: universalRegime,
}
