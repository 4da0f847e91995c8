import type { JsonValue } from '../../contract/services.ts'
import type { Timeframe } from '../../market/bar.ts'

import { bookFigures, planPosition } from '../accounting/book-figures.ts'
import type { PositionBook } from '../accounting/position-book.ts'
import { createBook } from '../accounting/position-book.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { PositionHistory } from '../history/position-history.ts'
import { createHistory } from '../history/position-history.ts'
import type { SignalModel } from '../models.ts'
import { copyJson } from '../plain-json.ts'
import type { PlanPosition } from '../plan/plan-input.ts'
import { checkVersion } from '../saved-state-error.ts'
import { universalSignals } from '../series/universal-signals.ts'
import type { Signals } from '../signals/signals.ts'

/** Version of the saved form of a position. */
export const POSITION_VERSION = 1

/**
 * Everything that the portfolio manager remembers of one position. `stepPosition` and the functions that book fills change it in place: after a
 * step that could not be persisted, restore the last saved one.
 */
export interface PositionState {
  readonly version: typeof POSITION_VERSION
  /** Of the signal model; opaque to everything else. */
  readonly series: unknown
  readonly history: PositionHistory
  book: PositionBook
  /** Of `book`, in floating point, with the allocation of the last plan. */
  figures: PlanPosition
  /** Signals of the last bar; null before the first, and while warming up. */
  signals: Signals | null
  /** Open time of the last bar, ms UTC. */
  lastTs: number | null
  /** Closed bars seen. */
  bars: number
}

/** A position before its first bar. */
export function createPositionState(
  timeframe: Timeframe,
  config: PmConfig,
  model: SignalModel = universalSignals,
): PositionState {
  const book = createBook()
  return {
    version: POSITION_VERSION,
    series: model.create(config),
    history: createHistory(timeframe, config),
    book,
    figures: planPosition(bookFigures(book), 0),
    signals: null,
    lastTs: null,
    bars: 0,
  }
}

/** A copy of a position as plain JSON. */
export function savePosition(state: PositionState, model: SignalModel = universalSignals): JsonValue {
  const { series, ...rest } = state
  const saved = model.save(series)
  // Ours is a copy already.
  const own: object = copyJson(rest)
  return { ...own, series: model === universalSignals ? saved : copyJson(saved) }
}

/**
 * A position from what `savePosition` gave, also through text: it goes on bit for bit.
 * @throws {SavedStateError} when it was saved by another version.
 */
export function restorePosition(saved: JsonValue, model: SignalModel = universalSignals): PositionState {
  checkVersion('position', saved, POSITION_VERSION)
  const { series, ...rest } = saved as unknown as PositionState & { readonly series: JsonValue }
  // Ours makes a copy itself.
  const own: Omit<PositionState, 'series'> = copyJson(rest)
  return { ...own, series: model.restore(model === universalSignals ? series : copyJson(series)) }
}
