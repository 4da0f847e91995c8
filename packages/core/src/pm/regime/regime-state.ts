import type { JsonValue } from '../../contract/services.ts'
import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { SignalModel } from '../models.ts'
import { copyJson } from '../plain-json.ts'
import { checkVersion } from '../saved-state-error.ts'
import { universalSignals } from '../series/universal-signals.ts'
import { askSignals } from '../signals/ask-signals.ts'
import type { Signals } from '../signals/signals.ts'
import type { DriverName, MarketCapBucket, RegimeTimeframe } from './driver.ts'
import { REGIME_TIMEFRAMES } from './driver.ts'
import type { DriverReadings } from './regime-model.ts'

/** Version of the saved form of the regime. */
export const REGIME_VERSION = 1

/** A series that a driver is read from: each bucket has its own. */
export type RegimeSeries = Exclude<DriverName, 'bucket'> | `bucket:${MarketCapBucket}`

/** One series on one timeframe: where it stands, and its last signals (null while warming up). */
export interface RegimeTrack {
  readonly series: unknown
  signals: Signals | null
}

/** All series of the regime. Changed in place by `advanceRegime`. */
export interface RegimeState {
  readonly version: typeof REGIME_VERSION
  readonly tracks: Partial<Record<`${RegimeSeries}@${RegimeTimeframe}`, RegimeTrack>>
}

export function createRegimeState(): RegimeState {
  return { version: REGIME_VERSION, tracks: {} }
}

/**
 * Takes one closed bar of one series into the regime, in place; a series begins with its first bar. Returns its signals, null while warming up.
 * @throws {BarError} when the bar is out of order or impossible; the state is then unchanged.
 */
export function advanceRegime(
  state: RegimeState,
  series: RegimeSeries,
  timeframe: RegimeTimeframe,
  bar: Bar,
  config: PmConfig,
  model: SignalModel = universalSignals,
): Signals | null {
  const name = `${series}@${timeframe}` as const
  const track = state.tracks[name] ?? { series: model.create(config), signals: null }
  track.signals = askSignals(model, track.series, bar, config).signals
  state.tracks[name] = track
  return track.signals
}

/** The drivers as a token of this bucket sees them; without a bucket that driver is missing. */
export function driverReadings(state: RegimeState, bucket: MarketCapBucket | null): DriverReadings {
  return {
    btc: readings(state, 'btc'),
    alt: readings(state, 'alt'),
    bucket: bucket === null ? {} : readings(state, `bucket:${bucket}`),
    btc_dominance: readings(state, 'btc_dominance'),
    usdt_dominance: readings(state, 'usdt_dominance'),
  }
}

/** A copy of the regime as plain JSON. */
export function saveRegime(state: RegimeState, model: SignalModel = universalSignals): JsonValue {
  const tracks = mapTracks(state.tracks, (series) => model.save(series))
  return copyJson({ ...state, tracks })
}

/** @throws {SavedStateError} when it was saved by another version. */
export function restoreRegime(saved: JsonValue, model: SignalModel = universalSignals): RegimeState {
  checkVersion('regime', saved, REGIME_VERSION)
  const state = copyJson(saved) as unknown as RegimeState
  return { ...state, tracks: mapTracks(state.tracks, (series) => model.restore(series as JsonValue)) }
}

function readings(state: RegimeState, series: RegimeSeries): Partial<Record<RegimeTimeframe, Signals | null>> {
  const found: Partial<Record<RegimeTimeframe, Signals | null>> = {}
  for (const timeframe of REGIME_TIMEFRAMES) {
    const track = state.tracks[`${series}@${timeframe}`]
    if (track !== undefined) found[timeframe] = track.signals
  }
  return found
}

function mapTracks(tracks: RegimeState['tracks'], change: (series: unknown) => unknown): RegimeState['tracks'] {
  const changed: Record<string, RegimeTrack> = {}
  for (const [name, track] of Object.entries(tracks)) {
    changed[name] = { series: change(track.series), signals: track.signals }
  }
  return changed
}
