import { ADX, ATR, EMA, RSI } from 'trading-signals'
import type { Bar } from '../src/market/bar.ts'
import {
  advanceSeries,
  createPositionState,
  createSeriesState,
  defaultPmConfig,
  stepPosition,
} from '../src/pm/index.ts'

/** Something that takes bars one at a time. */
export type Contender = () => (bar: Bar) => void

/** Indicators, trend state, signals, history and plan of one position. */
export const pmStep: Contender = () => {
  const state = createPositionState('1m', defaultPmConfig)
  return (bar) => {
    stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1000, config: defaultPmConfig })
  }
}

/** Indicators, trend state and signals of one series. */
export const pmSeries: Contender = () => {
  const state = createSeriesState(defaultPmConfig)
  return (bar) => {
    advanceSeries(state, bar, defaultPmConfig)
  }
}

/** The yardstick: six EMAs, ATR, RSI and ADX of a well-kept library, nothing else. */
export const tradingSignals: Contender = () => {
  const averages = [20, 30, 60, 144, 250, 333].map((period) => new EMA(period))
  const atr = new ATR(14)
  const rsi = new RSI(14)
  const adx = new ADX(14)
  return (bar) => {
    for (const average of averages) average.update(bar.close, false)
    atr.update(bar, false)
    rsi.update(bar.close, false)
    adx.update(bar, false)
  }
}
