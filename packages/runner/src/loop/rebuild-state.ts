import type { Bar, Intent, PmConfig, PmModels, PositionState } from '@portolan/core'
import { bookFill, createPositionState, stepPosition, TIMEFRAME_MS } from '@portolan/core'
import type { PositionRow, StoredFill } from '../store/store.ts'

/** The state of a position that was stepped through these bars, its only ones, with its fills where they happened. Nothing is planned. */
export function rebuiltState(from: {
  readonly row: PositionRow
  readonly bars: readonly Bar[]
  /** By venue time, oldest first. */
  readonly fills: readonly StoredFill[]
  /** Of the fills' intents. */
  readonly plans: ReadonlyMap<string, Intent>
  readonly config: PmConfig
  readonly models: PmModels
}): PositionState {
  const { row, bars, fills, plans, config, models } = from
  const state = createPositionState(row.timeframe, config, models.signals)
  let booked = 0
  const bookUntil = (until: number): void => {
    for (let fill = fills[booked]; fill !== undefined && fill.at < until; fill = fills[booked]) {
      bookFill(state, fill, fill.intentId === null ? null : (plans.get(fill.intentId) ?? null), config)
      booked += 1
    }
  }
  for (const bar of bars) {
    bookUntil(bar.ts + TIMEFRAME_MS[row.timeframe])
    const allocationUsd = Number(row.allocationUsd)
    stepPosition({ state, bar, A: 0, E: 0, allocationUsd, config, models, planning: 'none' })
  }
  bookUntil(Number.POSITIVE_INFINITY)
  return state
}
