import type { JsonValue } from '../../contract/services.ts'
import { copyJson } from '../plain-json.ts'
import { checkVersion } from '../saved-state-error.ts'
import type { SeriesState } from './series-state.ts'
import { SERIES_VERSION } from './series-state.ts'

/** A copy of a series as plain JSON. */
export function saveSeries(state: SeriesState): JsonValue {
  return copyJson(state)
}

/**
 * A series from what `saveSeries` gave, also through text. It goes on bit for bit where the saved one stood, with the same configuration.
 * @throws {SavedStateError} when it was saved by another version.
 */
export function restoreSeries(saved: JsonValue): SeriesState {
  checkVersion('series', saved, SERIES_VERSION)
  return copyJson(saved) as unknown as SeriesState
}
