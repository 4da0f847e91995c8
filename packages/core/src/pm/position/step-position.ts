import type { Bar } from '../../market/bar.ts'
import { planPosition } from '../accounting/book-figures.ts'
import type { PmConfig } from '../config/pm-config.ts'
import { advanceHistory } from '../history/advance-history.ts'
import type { PmModels } from '../models.ts'
import { askPlanner } from '../plan/ask-planner.ts'
import type { Plan } from '../plan/plan.ts'
import type { LearnedStrengths, OpenIntent, Planning } from '../plan/plan-input.ts'
import { askSignals } from '../signals/ask-signals.ts'
import type { Signals } from '../signals/signals.ts'
import { universalModels } from '../universal-models.ts'
import type { PositionState } from './position-state.ts'

/** What a plan of a position needs beside its state. */
export interface PlanRequest {
  /** Changed in place by a step. */
  readonly state: PositionState
  /** Add appetite and exit assertiveness, in [0, 1]. */
  readonly A: number
  readonly E: number
  /** The cap of this position, USD. */
  readonly allocationUsd: number
  readonly config: PmConfig
  /** What the scope of the position has learned. Default nothing. */
  readonly learned?: LearnedStrengths
  /** The intent of this position that is not terminal. Default none. */
  readonly openIntent?: OpenIntent | null
  /** Default `all`. */
  readonly planning?: Planning
  /** Default the models of this framework. */
  readonly models?: Pick<PmModels, 'signals' | 'planner'>
}

/** One step: the position at the close of one bar. */
export interface StepRequest extends PlanRequest {
  readonly bar: Bar
}

/** What a step gives. */
export interface PositionStep {
  /** Null while warming up. */
  readonly signals: Signals | null
  readonly plan: Plan
  /** The state handed in, changed in place. */
  readonly state: PositionState
}

/**
 * Takes one closed bar into a position: signals, history, exits that become due, then a plan. To be called once for every bar, in order,
 * also while the venue is closed or the bars are missed ones; `planning` says what may come of it.
 * @throws {BarError} when the bar is out of order or impossible; the state is then unchanged.
 * @throws {SignalModelError} when a signal model of somebody else fails: the state cannot be gone on with, restore the last saved one.
 */
export function stepPosition(request: StepRequest): PositionStep {
  const { state, bar, config, models = universalModels } = request
  const step = askSignals(models.signals, state.series, bar, config)
  state.lastTs = bar.ts
  state.bars = step.bars
  state.signals = step.signals
  if (step.signals !== null) advanceHistory(state.history, step.signals, state.figures, config)
  return { signals: step.signals, plan: planPositionAgain(request), state }
}

/**
 * Plans on the last bar once more, without a new one: an exit that waited for a resting order is planned as soon as that order is
 * terminal, not a bar later. Ask with `exits-only`; a bar that already has an intent must not get a second one of another kind.
 */
export function planPositionAgain(request: PlanRequest): Plan {
  const { state, A, E, allocationUsd, config, models = universalModels } = request
  if (state.figures.allocationUsd !== allocationUsd) state.figures = planPosition(state.figures, allocationUsd)
  return askPlanner(models.planner, {
    signals: state.signals,
    A,
    E,
    position: state.figures,
    history: state.history,
    learned: request.learned ?? {},
    openIntent: request.openIntent ?? null,
    planning: request.planning ?? 'all',
    config,
  })
}
