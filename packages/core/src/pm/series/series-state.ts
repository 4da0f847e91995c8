import type { PmConfig } from '../config/pm-config.ts'
import type { IndicatorState } from '../indicators/indicators.ts'
import { createIndicators } from '../indicators/indicators.ts'
import type { TrendState } from '../trend/trend-state.ts'
import type { UptrendMemory } from '../trend/uptrend-memory.ts'

/** Version of the saved form of a series. */
export const SERIES_VERSION = 1

/**
 * Everything remembered of one series: one instrument, one feed, one timeframe. Plain JSON of a bounded size
 * (well under 24 KiB). {@link advanceSeries} changes it in place; keep a copy with `saveSeries`.
 */
export interface SeriesState {
  readonly version: typeof SERIES_VERSION
  /** Open time of the last bar, ms UTC; null before the first. */
  lastTs: number | null
  readonly indicators: IndicatorState
  /** Null before the first evaluation. */
  trend: TrendState | null
  /** The emergencyExit band of this S3. */
  emergency: boolean
  /** Only in S3. */
  uptrend: UptrendMemory | null
}

/** A series that has seen no bar. */
export function createSeriesState(config: PmConfig): SeriesState {
  return {
    version: SERIES_VERSION,
    lastTs: null,
    indicators: createIndicators(config),
    trend: null,
    emergency: false,
    uptrend: null,
  }
}
