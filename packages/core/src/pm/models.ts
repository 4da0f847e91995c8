import type { JsonValue } from '../contract/services.ts'
import type { Bar } from '../market/bar.ts'
import type { PmConfig } from './config/pm-config.ts'
import type { Planner } from './plan/plan.ts'
import type { RegimeModel } from './regime/regime-model.ts'
import type { SeriesStep } from './series/advance-series.ts'

/**
 * Turns the bars of one series into signals. The state belongs to the model alone: it may be changed in place by `advance`, and must come back
 * from `save` and `restore` such that the series goes on bit for bit.
 */
export interface SignalModel<State = unknown> {
  create(config: PmConfig): State
  advance(state: State, bar: Bar, config: PmConfig): SeriesStep
  /** A copy as plain JSON, with a version. */
  save(state: State): JsonValue
  /** @throws when the version or the shape is not known. */
  restore(saved: JsonValue): State
}

/** The replaceable parts of the portfolio manager. */
export interface PmModels {
  readonly signals: SignalModel
  readonly planner: Planner
  readonly regime: RegimeModel
}
