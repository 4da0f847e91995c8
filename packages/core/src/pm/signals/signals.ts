import type { Emas } from '../indicators/ema.ts'
import type { ExitReason, TrendState, TrendTransition } from '../trend/trend-state.ts'

/** What a bar says, evaluated in the state after its transition. */
export interface SignalFlags {
  /** S1: near EMA60 with a rising average and enough trend strength. */
  readonly buySignal: boolean
  /** S2: retest of EMA333. S3: discount between EMA333 and EMA144. */
  readonly buyFlag: boolean
  /** S2 and S3: overextended at a level. */
  readonly trimFlag: boolean
  /** S3: below EMA333, with a band; stays set until the bar that has `reclaimed`. */
  readonly emergencyExit: boolean
  /** S3: the bar on which emergencyExit ends above EMA333. */
  readonly reclaimed: boolean
  /** The uptrend is over; `Signals.exitReason` says why. */
  readonly exitPosition: boolean
}

/** Scores in [0, 1]; null where not defined in the state. */
export interface SignalScores {
  /** Trend strength, in every state. */
  readonly ts: number | null
  /** Decay of the trend, S3. */
  readonly edx: number | null
  /** Overextension, S2 and S3. */
  readonly ox: number | null
  /** Discount, S3. */
  readonly dx: number | null
}

/**
 * By how much each gate of the flags was passed (at or above 0) or missed (below 0). Null where the state has no such gate
 * or it was not evaluated. Distances are in ATR.
 */
export interface SignalMargins {
  /** S1, S3: distance of the worst pair of averages from the order that sets exitPosition. */
  readonly exit: number | null
  /** S3: distance of the close below the lower edge of the band, where emergencyExit turns on. */
  readonly emergency: number | null
  /** S3 while emergencyExit is on: distance of the close above the upper edge, where it is reclaimed. */
  readonly reclaim: number | null
  /** S1, S2: what is left of the distance allowed from the anchor. S3: distance inside EMA333..EMA144. */
  readonly distance: number | null
  /** The better of the two normalised slopes that the state asks for. */
  readonly slope: number | null
  /** TS + srBoost(anchor) minus what the state asks for, in points of the score. */
  readonly strength: number | null
  /** S3: DX minus the threshold of the bar, in points of the score. */
  readonly discount: number | null
  /** S2, S3: OX minus what trimFlag asks for, in points of the score. */
  readonly overextension: number | null
  /** S2, S3: what is left of the distance allowed from the nearest level; null without any level. */
  readonly level: number | null
}

/** Everything that one closed bar says about one series. Immutable, JSON-safe. */
export interface Signals {
  /** Open time of the bar, ms UTC. */
  readonly ts: number
  readonly close: number
  readonly atr: number
  readonly rsi: number
  readonly adx: number
  readonly ema: Emas
  readonly state: TrendState
  /** Null at the first evaluation. */
  readonly prevState: TrendState | null
  readonly transition: TrendTransition | null
  readonly flags: SignalFlags
  readonly exitReason: ExitReason | null
  readonly scores: SignalScores
  /** Price of the level that trimFlag saw, null without trimFlag. */
  readonly trimLevel: number | null
  readonly margins: SignalMargins
}

export const NO_FLAGS: SignalFlags = {
  buySignal: false,
  buyFlag: false,
  trimFlag: false,
  emergencyExit: false,
  reclaimed: false,
  exitPosition: false,
}

export const NO_SCORES: SignalScores = { ts: null, edx: null, ox: null, dx: null }

export const NO_MARGINS: SignalMargins = {
  exit: null,
  emergency: null,
  reclaim: null,
  distance: null,
  slope: null,
  strength: null,
  discount: null,
  overextension: null,
  level: null,
}
