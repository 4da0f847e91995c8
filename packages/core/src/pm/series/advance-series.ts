import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorReading } from '../indicators/indicators.ts'
import { normalisedSlope, updateIndicators } from '../indicators/indicators.ts'
import { findLevels } from '../indicators/levels.ts'
import { evaluatePrimer } from '../signals/evaluate-primer.ts'
import { evaluateRetest } from '../signals/evaluate-retest.ts'
import { evaluateUptrend } from '../signals/evaluate-uptrend.ts'
import type { Evaluation, EvaluationInput } from '../signals/evaluation.ts'
import type { Signals } from '../signals/signals.ts'
import { NO_FLAGS, NO_MARGINS, NO_SCORES } from '../signals/signals.ts'
import { trendStrength } from '../signals/trend-strength.ts'
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
 * @throws BarError when the bar is out of order or impossible; the state is then unchanged.
 */
export function advanceSeries(state: SeriesState, bar: Bar, config: PmConfig): SeriesStep {
  checkBar(bar, state.lastTs)
  state.lastTs = bar.ts
  const reading = updateIndicators(state.indicators, bar, config)
  const { bar: bars, ema, atr, rsi, adx } = reading
  if (bars < config.indicators.warmupBars || atr === null || rsi === null || adx === null) {
    return { signals: null, bars }
  }
  const prevState = state.trend
  const transition = prevState === null ? null : nextTransition(prevState, bar.close, ema)
  const next = prevState === null ? bootstrapState(ema) : transition === null ? prevState : targetState(transition)
  state.trend = next
  const measures = advanceUptrend(state, bar, reading, prevState, config)
  const reason = exitReason(transition)
  const flat = atr <= config.indicators.flatAtrShare * bar.close
  const evaluation =
    reason !== null
      ? { flags: { ...NO_FLAGS, exitPosition: true }, scores: NO_SCORES, trimLevel: null, margins: NO_MARGINS }
      : flat
        ? NOTHING
        : evaluate(state, next, bar, atr, reading, measures, config)
  return {
    signals: {
      ts: bar.ts,
      close: bar.close,
      atr,
      rsi,
      adx,
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

/** Keeps the memory of an S3 from its first bar to its last. Returns the measures of this bar, null outside S3. */
function advanceUptrend(
  state: SeriesState,
  bar: Bar,
  reading: IndicatorReading,
  previous: TrendState | null,
  config: PmConfig,
): UptrendMeasures | null {
  if (state.trend !== 'S3') {
    state.uptrend = null
    state.emergency = false
    return null
  }
  if (previous !== 'S3' || state.uptrend === null) state.uptrend = createUptrendMemory(reading.bar, config)
  const slope250 = normalisedSlope(state.indicators, reading, 'ema250')
  const slope333 = normalisedSlope(state.indicators, reading, 'ema333')
  const { ema144, ema333 } = reading.ema
  const measures = { slope: (slope250 + slope333) / 2, width: (ema144 - ema333) / ema333 }
  updateUptrendMemory(state.uptrend, bar, measures, reading.newSwings)
  return measures
}

function evaluate(
  state: SeriesState,
  trend: TrendState,
  bar: Bar,
  atr: number,
  reading: IndicatorReading,
  measures: UptrendMeasures | null,
  config: PmConfig,
): Evaluation {
  const { indicators, uptrend } = state
  const strength = trendStrength(indicators, config)
  if (trend === 'S0' || trend === 'S4') return { ...NOTHING, scores: { ...NO_SCORES, ts: strength } }
  const levels = findLevels(indicators.swings, atr, config.levels)
  const input: EvaluationInput = { bar, atr, strength, indicators, reading, levels, config }
  if (trend === 'S1') return evaluatePrimer(input)
  if (trend === 'S2' || uptrend === null || measures === null) return evaluateRetest(input)
  const half = config.flags.emergency.bandAtr * atr
  const { ema333 } = reading.ema
  const wasOn = state.emergency
  state.emergency = wasOn ? bar.close < ema333 + half : bar.close < ema333 - half
  const reclaimed = wasOn && !state.emergency
  return evaluateUptrend({ ...input, uptrend, measures, emergency: state.emergency, reclaimed })
}
