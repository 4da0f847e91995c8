/** Constants of the scores TS, OX, EDX and DX (weights, and the scales inside the sigmoids). */
export interface ScoreConfig {
  /** Trend strength: `clamp((slope + offset) / span)` of RSI and of ADX, averaged. */
  readonly trendStrength: {
    readonly rsiOffset: number
    readonly rsiSpan: number
    readonly adxOffset: number
    readonly adxSpan: number
  }
  /** Boost of an anchor by a level near it: at most `max`, fading to 0 at `reachAtr`. */
  readonly levelBoost: { readonly reachAtr: number; readonly max: number }
  /** Overextension. `scale` in ATR for the distances from the averages, else in the unit of the value. */
  readonly overextension: {
    readonly ema20: ScoreTerm
    readonly ema60: ScoreTerm
    readonly ema144: ScoreTerm
    readonly ema250: ScoreTerm
    readonly fastSeparation: ScoreTerm
    readonly midSeparation: ScoreTerm
    readonly volatility: ScoreTerm
    readonly fastSlope: ScoreTerm
    /** In S3 OX is multiplied by `1 + gain * min(cap, max(0, EDX - from))`. */
    readonly decay: { readonly gain: number; readonly cap: number; readonly from: number }
  }
  /** Trend decay. */
  readonly decay: {
    /** Bars of this S3 before which EDX is `neutral`. */
    readonly minBars: number
    readonly neutral: number
    readonly slowing: number
    readonly structure: number
    /** Comparisons of swings before which the structure term is `neutral`. */
    readonly minComparisons: number
    readonly participation: number
    readonly participationGain: number
    readonly compression: number
  }
  /** Discount. */
  readonly discount: {
    readonly location: number
    /** `e^(-steepness * x)`. */
    readonly steepness: number
    /** `1 + gain * sigmoid((width - spread) / scale)`. */
    readonly narrow: { readonly gain: number; readonly width: number; readonly scale: number }
    readonly exhaustion: number
    readonly relief: number
    readonly reliefTerms: {
      readonly volatility: { readonly weight: number; readonly from: number; readonly scale: number }
      readonly rsi: ScoreTerm
      readonly adx: ScoreTerm & { readonly from: number }
    }
    readonly curl: number
    /** Multiplied by `1 - loss * min(cap, max(0, EDX - from))`. */
    readonly decay: { readonly loss: number; readonly cap: number; readonly from: number }
  }
}

/** One term `weight * sigmoid(value / scale)` of a score. */
export interface ScoreTerm {
  readonly weight: number
  readonly scale: number
}

export const defaultScoreConfig: ScoreConfig = {
  trendStrength: { rsiOffset: 5, rsiSpan: 10, adxOffset: 2, adxSpan: 4 },
  levelBoost: { reachAtr: 1, max: 0.25 },
  overextension: {
    ema20: { weight: 0.35, scale: 1.5 },
    ema60: { weight: 0.2, scale: 2 },
    ema144: { weight: 0.1, scale: 1.5 },
    ema250: { weight: 0.1, scale: 2 },
    fastSeparation: { weight: 0.1, scale: 0.0015 },
    midSeparation: { weight: 0.05, scale: 0.001 },
    volatility: { weight: 0.05, scale: 1 },
    fastSlope: { weight: 0.05, scale: 0.0008 },
    decay: { gain: 0.33, cap: 0.5, from: 0.5 },
  },
  decay: {
    minBars: 30,
    neutral: 0.5,
    slowing: 0.35,
    structure: 0.3,
    minComparisons: 4,
    participation: 0.2,
    participationGain: 1000,
    compression: 0.15,
  },
  discount: {
    location: 0.45,
    steepness: 3,
    narrow: { gain: 0.3, width: 0.03, scale: 0.02 },
    exhaustion: 0.25,
    relief: 0.25,
    reliefTerms: {
      volatility: { weight: 0.5, from: 0.9, scale: 0.05 },
      rsi: { weight: 0.25, scale: 0.5 },
      adx: { weight: 0.25, scale: 0.3, from: 18 },
    },
    curl: 0.05,
    decay: { loss: 0.5, cap: 0.4, from: 0.6 },
  },
}
