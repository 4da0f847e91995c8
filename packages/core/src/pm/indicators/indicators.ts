import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { Ring } from '../numeric/ring.ts'
import { createRing, pushRing } from '../numeric/ring.ts'
import { slope } from '../numeric/slope.ts'
import { trueRange } from './average-true-range.ts'
import type { DirectionalMovementState } from './directional-movement.ts'
import { createDirectionalMovement, updateDirectionalMovement } from './directional-movement.ts'
import type { Emas } from './ema.ts'
import { nextEma } from './ema.ts'
import type { RelativeStrengthState } from './relative-strength.ts'
import { createRelativeStrength, updateRelativeStrength } from './relative-strength.ts'
import type { NewSwings, SwingState } from './swings.ts'
import { createSwings, updateSwings } from './swings.ts'
import type { WilderState } from './wilder.ts'
import { createWilder, updateWilder } from './wilder.ts'

/** Series of which the last values are kept, for slopes. */
type SlopedSeries = 'ema20' | 'ema60' | 'ema144' | 'ema250' | 'ema333' | 'rsi' | 'adx'

/** Everything the indicators of one series remember. Plain JSON, of a bounded size, changed in place. */
export interface IndicatorState {
  /** Closed bars seen; the number of the last one, counted from 1. */
  bars: number
  close: number
  high: number
  low: number
  /** At the last bar; null before the first. */
  ema: Emas | null
  readonly atr: WilderState
  readonly rsi: RelativeStrengthState
  readonly adx: DirectionalMovementState
  readonly recent: Readonly<Record<SlopedSeries, Ring>>
  /** nslope(EMA144). */
  readonly slopes144: Ring
  readonly separationsFast: Ring
  readonly separationsMid: Ring
  readonly atrs: Ring
  readonly logVolumes: Ring
  readonly swings: SwingState
}

export function createIndicators(config: PmConfig): IndicatorState {
  const { slopeBars, accelerationBars, separationChangeBars, atrMeanBars, volume } = config.indicators
  const recent = (): Ring => createRing(slopeBars)
  return {
    bars: 0,
    close: 0,
    high: 0,
    low: 0,
    ema: null,
    atr: createWilder(),
    rsi: createRelativeStrength(),
    adx: createDirectionalMovement(),
    recent: {
      ema20: recent(),
      ema60: recent(),
      ema144: recent(),
      ema250: recent(),
      ema333: recent(),
      rsi: recent(),
      adx: recent(),
    },
    slopes144: createRing(accelerationBars + 1),
    separationsFast: createRing(separationChangeBars + 1),
    separationsMid: createRing(separationChangeBars + 1),
    atrs: createRing(atrMeanBars),
    logVolumes: createRing(volume.bars),
    swings: createSwings(config.levels),
  }
}

/** The swings that the bar confirmed, and the averages at its close. */
export interface IndicatorStep {
  readonly ema: Emas
  readonly newSwings: NewSwings | null
}

/** Takes one closed bar in place. The work does not depend on how many bars came before. */
export function updateIndicators(state: IndicatorState, bar: Bar, config: PmConfig): IndicatorStep {
  const { recent } = state
  if (state.bars > 0) updateOscillators(state, bar, config)
  const ema = nextEmas(state.ema, bar.close, config.indicators.emaPeriods)
  state.bars++
  state.close = bar.close
  state.high = bar.high
  state.low = bar.low
  state.ema = ema
  pushRing(recent.ema20, ema.ema20)
  pushRing(recent.ema60, ema.ema60)
  pushRing(recent.ema144, ema.ema144)
  pushRing(recent.ema250, ema.ema250)
  pushRing(recent.ema333, ema.ema333)
  pushRing(state.slopes144, slope(recent.ema144) / ema.ema144)
  pushRing(state.separationsFast, (ema.ema20 - ema.ema60) / ema.ema60)
  pushRing(state.separationsMid, (ema.ema60 - ema.ema144) / ema.ema144)
  pushRing(state.logVolumes, Math.log1p(bar.volume))
  return { ema, newSwings: updateSwings(state.swings, state.bars, bar.high, bar.low, config.levels) }
}

/** Slope of an EMA over its last values, as a share of its value, per bar. */
export function normalisedSlope(state: IndicatorState, emas: Emas, name: Exclude<keyof Emas, 'ema30'>): number {
  return slope(state.recent[name]) / emas[name]
}

/** The first bar has no bar before it, and so none of these. */
function updateOscillators(state: IndicatorState, bar: Bar, config: PmConfig): void {
  const { atrPeriod, rsiPeriod, adxPeriod } = config.indicators
  if (updateWilder(state.atr, trueRange(bar, state.close), atrPeriod)) pushRing(state.atrs, state.atr.value)
  const rsi = updateRelativeStrength(state.rsi, bar, state.close, rsiPeriod)
  if (rsi !== null) pushRing(state.recent.rsi, rsi)
  const adx = updateDirectionalMovement(state.adx, bar, state.high, state.low, adxPeriod)
  if (adx !== null) pushRing(state.recent.adx, adx)
}

function nextEmas(previous: Emas | null, close: number, periods: PmConfig['indicators']['emaPeriods']): Emas {
  if (previous === null) {
    return { ema20: close, ema30: close, ema60: close, ema144: close, ema250: close, ema333: close }
  }
  return {
    ema20: nextEma(previous.ema20, close, periods.ema20),
    ema30: nextEma(previous.ema30, close, periods.ema30),
    ema60: nextEma(previous.ema60, close, periods.ema60),
    ema144: nextEma(previous.ema144, close, periods.ema144),
    ema250: nextEma(previous.ema250, close, periods.ema250),
    ema333: nextEma(previous.ema333, close, periods.ema333),
  }
}
