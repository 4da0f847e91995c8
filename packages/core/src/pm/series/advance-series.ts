import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { Emas } from '../indicators/ema.ts'
import { normalisedSlope, updateIndicators } from '../indicators/indicators.ts'
import type { NewSwings } from '../indicators/swings.ts'
import { newest } from '../numeric/ring.ts'
import { evaluatePrimer } from '../signals/evaluate-primer.ts'
import { evaluateRetest } from '../signals/evaluate-retest.ts'
import { evaluateUptrend } from '../signals/evaluate-uptrend.ts'
import type { Evaluation, EvaluationInput } from '../signals/evaluation.ts'
import { momentum } from '../signals/momentum.ts'
import type { Signals } from '../signals/signals.ts'
import { NO_FLAGS, NO_MARGINS, NO_SCORES } from '../signals/signals.ts'
import type { TrendState } from '../trend/trend-state.ts'
import { bootstrapState, exitReason, nextTransition, targetState } from '../trend/trend-state.ts'
import type { UptrendMeasures } from '../trend/uptrend-memory.ts'
import { createUptrendMemory, updateUptrendMemory } from '../trend/uptrend-memory.ts'
import { checkBar } from './check-bar.ts'
import type { SeriesState } from './series-state.ts'

/** The step of a series on one bar. */
export interface SeriesStep {
  /** Null while warming up. */
  readonly signals: Signals | null
  /** Closed bars seen, this one included. */
  readonly bars: number
}

/**
 * Takes one closed bar into a series, changing `state` in place, and says what the bar signals. Pure apart from `state`: the same
 * bars give the same signals, and no bar changes what was said before it. The work does not depend on how many bars
 * came before.
 * @throws {BarError} when the bar is out of order or impossible; the state is then unchanged.
 */
export function advanceSeries(state: SeriesState, bar: Bar, config: PmConfig): SeriesStep {
  checkBar(bar, state.lastTs)
  state.lastTs = bar.ts
  const { indicators } = state
  const { ema, newSwings } = updateIndicators(indicators, bar, config)
  const { bars, recent } = indicators
  if (bars < config.indicators.warmupBars || recent.rsi.end === 0 || recent.adx.end === 0) {
    return { signals: null, bars }
  }
  const prevState = state.trend
  const transition = prevState === null ? null : nextTransition(prevState, bar.close, ema)
  const next = prevState === null ? bootstrapState(ema) : transition === null ? prevState : targetState(transition)
  state.trend = next
  const measures = advanceUptrend(state, bar, ema, newSwings, prevState, config)
  const reason = exitReason(transition)
  const atr = indicators.atr.value
  const evaluation = reason === null ? evaluate(state, next, bar.close, atr, ema, measures, config) : EXIT
  return {
    signals: {
      ts: bar.ts,
      close: bar.close,
      atr,
      rsi: newest(recent.rsi),
      adx: newest(recent.adx),
      ema,
      state: next,
      prevState,
      transition,
      flags: evaluation.flags,
      exitReason: reason,
      scores: evaluation.scores,
      trimLevel: evaluation.trimLevel,
      margins: evaluation.margins,
    },
    bars,
  }
}

const NOTHING: Evaluation = { flags: NO_FLAGS, scores: NO_SCORES, trimLevel: null, margins: NO_MARGINS }
const EXIT: Evaluation = { ...NOTHING, flags: { ...NO_FLAGS, exitPosition: true } }

/** Keeps the memory of an S3 from its first bar to its last. Returns the measures of this bar, null outside S3. */
function advanceUptrend(
  state: SeriesState,
  bar: Bar,
  ema: Emas,
  newSwings: NewSwings | null,
  previous: TrendState | null,
  config: PmConfig,
): UptrendMeasures | null {
  const { indicators } = state
  if (state.trend !== 'S3') {
    state.uptrend = null
    state.emergency = false
    return null
  }
  if (previous !== 'S3' || state.uptrend === null) state.uptrend = createUptrendMemory(indicators.bars, config)
  const measures: UptrendMeasures = {
    slope250: normalisedSlope(indicators, ema, 'ema250'),
    slope333: normalisedSlope(indicators, ema, 'ema333'),
    width: (ema.ema144 - ema.ema333) / ema.ema333,
  }
  updateUptrendMemory(state.uptrend, bar, measures, newSwings)
  return measures
}

function evaluate(
  state: SeriesState,
  trend: TrendState,
  close: number,
  atr: number,
  ema: Emas,
  measures: UptrendMeasures | null,
  config: PmConfig,
): Evaluation {
  const { indicators, uptrend } = state
  if (atr <= config.indicators.flatAtrShare * close) return NOTHING
  const moved = momentum(indicators, config)
  if (trend === 'S0' || trend === 'S4') {
    const scores = { ts: moved.strength, edx: null, ox: null, dx: null }
    return { flags: NO_FLAGS, scores, trimLevel: null, margins: NO_MARGINS }
  }
  const input: EvaluationInput = { close, atr, momentum: moved, ema, indicators, config }
  if (trend === 'S1') return evaluatePrimer(input)
  if (trend === 'S2' || uptrend === null || measures === null) return evaluateRetest(input)
  const half = config.flags.emergency.bandAtr * atr
  const wasOn = state.emergency
  state.emergency = wasOn ? close < ema.ema333 + half : close < ema.ema333 - half
  const reclaimed = wasOn && !state.emergency
  return evaluateUptrend(input, { memory: uptrend, measures, emergency: state.emergency, reclaimed })
}
