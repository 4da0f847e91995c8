import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { Ring } from '../numeric/ring.ts'
import { createRing, isFull, oldest, pushRing } from '../numeric/ring.ts'
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

/** The names of the EMAs whose slope is read. */
export type SlopedEma = 'ema20' | 'ema60' | 'ema144' | 'ema250' | 'ema333'

/** Everything the indicators of one series remember. Plain JSON, of a fixed size, changed in place. */
export interface IndicatorState {
  /** Closed bars seen; the number of the last one, counted from 1. */
  bars: number
  previous: { readonly close: number; readonly high: number; readonly low: number } | null
  ema: Emas | null
  readonly atr: WilderState
  readonly rsi: RelativeStrengthState
  readonly adx: DirectionalMovementState
  /** Last values, for slopes. */
  readonly recent: Readonly<Record<SlopedEma | 'rsi' | 'adx', Ring>>
  readonly slopes144: Ring
  readonly separationsFast: Ring
  readonly separationsMid: Ring
  readonly atrs: Ring
  readonly logVolumes: Ring
  readonly swings: SwingState
}

/** The indicators at the close of one bar. Null where the seed is not complete. */
export interface IndicatorReading {
  /** Number of the bar, counted from 1. */
  readonly bar: number
  readonly ema: Emas
  readonly atr: number | null
  readonly rsi: number | null
  readonly adx: number | null
  /** Change of nslope(EMA144) over `accelerationBars`. */
  readonly accel144: number
  readonly dSepFast: number
  readonly dSepMid: number
  readonly newSwings: NewSwings | null
}

export function createIndicators(config: PmConfig): IndicatorState {
  const { slopeBars, accelerationBars, separationChangeBars, atrMeanBars, volume } = config.indicators
  const recent = (): Ring => createRing(slopeBars)
  return {
    bars: 0,
    previous: null,
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

/** Takes one closed bar in place. The work does not depend on how many bars came before. */
export function updateIndicators(state: IndicatorState, bar: Bar, config: PmConfig): IndicatorReading {
  const { atrPeriod, rsiPeriod, adxPeriod } = config.indicators
  const { previous, recent } = state
  state.bars++
  const ema = nextEmas(state.ema, bar.close, config.indicators.emaPeriods)
  state.ema = ema
  let atr: number | null = null
  let rsi: number | null = null
  let adx: number | null = null
  if (previous !== null) {
    if (updateWilder(state.atr, trueRange(bar, previous.close), atrPeriod)) atr = state.atr.value
    rsi = updateRelativeStrength(state.rsi, bar, previous.close, rsiPeriod)
    adx = updateDirectionalMovement(state.adx, bar, previous.high, previous.low, adxPeriod)
  }
  state.previous = { close: bar.close, high: bar.high, low: bar.low }
  if (atr !== null) pushRing(state.atrs, atr)
  if (rsi !== null) pushRing(recent.rsi, rsi)
  if (adx !== null) pushRing(recent.adx, adx)
  pushRing(recent.ema20, ema.ema20)
  pushRing(recent.ema60, ema.ema60)
  pushRing(recent.ema144, ema.ema144)
  pushRing(recent.ema250, ema.ema250)
  pushRing(recent.ema333, ema.ema333)
  pushRing(state.slopes144, slope(recent.ema144) / ema.ema144)
  pushRing(state.separationsFast, (ema.ema20 - ema.ema60) / ema.ema60)
  pushRing(state.separationsMid, (ema.ema60 - ema.ema144) / ema.ema144)
  pushRing(state.logVolumes, Math.log1p(bar.volume))
  return {
    bar: state.bars,
    ema,
    atr,
    rsi,
    adx,
    accel144: changeOver(state.slopes144),
    dSepFast: changeOver(state.separationsFast),
    dSepMid: changeOver(state.separationsMid),
    newSwings: updateSwings(state.swings, state.bars, bar.high, bar.low, config.levels),
  }
}

/** Slope of an EMA over its last values, as a share of its value, per bar. */
export function normalisedSlope(state: IndicatorState, reading: IndicatorReading, name: SlopedEma): number {
  return slope(state.recent[name]) / reading.ema[name]
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

/** Newest value minus the oldest of a full ring, 0 while it is not full. */
function changeOver(ring: Ring): number {
  const first = oldest(ring)
  if (!isFull(ring) || first === undefined) return 0
  const newest = ring.values[ring.next === 0 ? ring.capacity - 1 : ring.next - 1]
  return newest === undefined ? 0 : newest - first
}
