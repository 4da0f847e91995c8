import type { SignalModel } from '../models.ts'
import { advanceSeries } from './advance-series.ts'
import { restoreSeries, saveSeries } from './save-series.ts'
import type { SeriesState } from './series-state.ts'
import { createSeriesState } from './series-state.ts'

/** The signals of this framework: indicators, levels, trend state S0-S4, flags and scores. */
export const universalSignals: SignalModel<SeriesState> = {
  create: createSeriesState,
  advance: advanceSeries,
  save: saveSeries,
  restore: restoreSeries,
}
