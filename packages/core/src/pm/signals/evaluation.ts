import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorReading, IndicatorState } from '../indicators/indicators.ts'
import type { Level } from '../indicators/levels.ts'
import type { SignalFlags, SignalMargins, SignalScores } from './signals.ts'

/** What the flags of one bar are evaluated on. `atr` is above 0. */
export interface EvaluationInput {
  readonly bar: Bar
  readonly atr: number
  /** TS of the bar. */
  readonly strength: number
  readonly indicators: IndicatorState
  readonly reading: IndicatorReading
  readonly levels: readonly Level[]
  readonly config: PmConfig
}

/** The state-dependent part of the signals. */
export interface Evaluation {
  readonly flags: SignalFlags
  readonly scores: SignalScores
  readonly trimLevel: number | null
  readonly margins: SignalMargins
}
