/**
 * Constants of the indicators. An EMA's name is its role and its default length: `ema20` stays the fast average
 * whatever length it is given.
 */
export interface IndicatorConfig {
  readonly emaPeriods: {
    readonly ema20: number
    readonly ema30: number
    readonly ema60: number
    readonly ema144: number
    readonly ema250: number
    readonly ema333: number
  }
  readonly atrPeriod: number
  readonly rsiPeriod: number
  readonly adxPeriod: number
  /** Values in a least-squares slope. */
  readonly slopeBars: number
  /** Distance in bars between the two slopes of `accel144`. */
  readonly accelerationBars: number
  /** Distance in bars of the changes `dSepFast` and `dSepMid`. */
  readonly separationChangeBars: number
  /** Values in `atrMean20`. */
  readonly atrMeanBars: number
  /** Volume z-score: window in bars, smallest usable standard deviation, clamp. */
  readonly volume: {
    readonly bars: number
    readonly minDeviation: number
    readonly min: number
    readonly max: number
  }
  /** The bar, counted from 1, at which the first trend state and the first signals exist. */
  readonly warmupBars: number
  /** ATR up to this share of the close is flat: only exitPosition is evaluated. */
  readonly flatAtrShare: number
}

/** Constants of swings and of the support and resistance levels made of them. */
export interface LevelConfig {
  /** Neighbours on each side over which a swing is the strict extreme. */
  readonly swingReachBars: number
  /** Bars, the last one included, whose swings count. */
  readonly windowBars: number
  /** A swing joins the cluster below it while less than this many ATR above the cluster's mean. */
  readonly joinAtr: number
  /** Swings from which a cluster is a level. */
  readonly minSwings: number
  /** Swings at which a level has strength 1. */
  readonly fullStrengthSwings: number
}

export const defaultIndicatorConfig: IndicatorConfig = {
  emaPeriods: { ema20: 20, ema30: 30, ema60: 60, ema144: 144, ema250: 250, ema333: 333 },
  atrPeriod: 14,
  rsiPeriod: 14,
  adxPeriod: 14,
  slopeBars: 10,
  accelerationBars: 10,
  separationChangeBars: 5,
  atrMeanBars: 20,
  volume: { bars: 64, minDeviation: 1e-9, min: -4, max: 6 },
  warmupBars: 350,
  flatAtrShare: 1e-12,
}

export const defaultLevelConfig: LevelConfig = {
  swingReachBars: 5,
  windowBars: 300,
  joinAtr: 0.5,
  minSwings: 2,
  fullStrengthSwings: 4,
}
