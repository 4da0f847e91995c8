import type { Timeframe } from '../../market/bar.ts'
import type { RegimeConfig } from '../config/regime-config.ts'
import type { Signals } from '../signals/signals.ts'
import type { TrendState } from '../trend/trend-state.ts'
import type { DriverName, RegimeTimeframe } from './driver.ts'

/** The signals of each driver at its last closed bar, where it has any. */
export type DriverReadings = Readonly<
  Partial<Record<DriverName, Readonly<Partial<Record<RegimeTimeframe, Signals | null>>>>>
>

/** An opinion on one token from outside, added to A and E until it expires. */
export interface IntentDelta {
  readonly intentA: number
  readonly intentE: number
  /** ms UTC; from then on it counts 0. */
  readonly expiresAt: number
}

/** What A and E of one position are computed from. */
export interface RegimeInput {
  readonly readings: DriverReadings
  /** Of the position: weighs macro, meso and micro. */
  readonly timeframe: Timeframe
  /** When the position's bar closed, ms UTC. Nothing later than this is read. */
  readonly at: number
  /** Default none. */
  readonly intent?: IntentDelta | null
  readonly config: RegimeConfig
}

/** The part of one driver on one timeframe. */
export interface RegimeContribution {
  readonly driver: DriverName
  readonly timeframe: RegimeTimeframe
  readonly state: TrendState
  /** Open time of the bar that was read, ms UTC. */
  readonly barTs: number
  readonly dA: number
  readonly dE: number
  /** Driver weight times timeframe weight, with its sign. */
  readonly weight: number
  /** What it moved A and E by, before clamping. */
  readonly movedA: number
  readonly movedE: number
}

/** A driver without data on a timeframe. `stale`: its feed is dead; `future`: its bar was not closed yet. */
export interface MissingDriver {
  readonly driver: DriverName
  readonly timeframe: RegimeTimeframe
  readonly reason: 'no-data' | 'stale' | 'future'
}

/** A and E with everything that explains them. */
export interface RegimeReading {
  /** Add appetite, in [0, 1]. */
  readonly A: number
  /** Exit assertiveness, in [0, 1]. */
  readonly E: number
  /** The intent deltas as they counted: capped, 0 when expired. */
  readonly intentA: number
  readonly intentE: number
  readonly contributions: readonly RegimeContribution[]
  readonly missing: readonly MissingDriver[]
  /** Why what the model answered was not taken: then A and E are those of a market without drivers, and nothing should be bought on them. */
  readonly refused?: string
}

/** Turns the drivers of the market into A and E. Pure; replaceable by configuration. */
export interface RegimeModel {
  evaluate(input: RegimeInput): RegimeReading
}
