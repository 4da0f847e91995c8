import type { PmConfig } from '../config/pm-config.ts'
import type { Emas } from '../indicators/ema.ts'
import type { IndicatorState } from '../indicators/indicators.ts'
import type { Momentum } from './momentum.ts'
import type { SignalFlags, SignalMargins, SignalScores } from './signals.ts'

/** What the flags of one bar are evaluated on. */
export interface EvaluationInput {
  readonly close: number
  /** Above 0. */
  readonly atr: number
  readonly momentum: Momentum
  readonly ema: Emas
  readonly indicators: IndicatorState
  readonly config: PmConfig
}

/** The state-dependent part of the signals. */
export interface Evaluation {
  readonly flags: SignalFlags
  readonly scores: SignalScores
  readonly trimLevel: number | null
  readonly margins: SignalMargins
}
