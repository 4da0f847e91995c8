import type { Bar } from '../../market/bar.ts'
import type { WilderState } from './wilder.ts'
import { createWilder, updateWilder } from './wilder.ts'

/** ADX after Wilder. The true range cancels out of DX, so it is not kept here. Plain JSON. */
export interface DirectionalMovementState {
  readonly plus: WilderState
  readonly minus: WilderState
  readonly adx: WilderState
}

export function createDirectionalMovement(): DirectionalMovementState {
  return { plus: createWilder(), minus: createWilder(), adx: createWilder() }
}

/**
 * Takes one bar in place. ADX in [0, 100], null while seeded. A bar without movement has DX 0; a gap-marked bar
 * has no directional movement.
 */
export function updateDirectionalMovement(
  state: DirectionalMovementState,
  bar: Bar,
  previousHigh: number,
  previousLow: number,
  period: number,
): number | null {
  const up = bar.high - previousHigh
  const down = previousLow - bar.low
  const moves = bar.gapMarked !== true
  const seeded = updateWilder(state.plus, moves && up > down && up > 0 ? up : 0, period)
  updateWilder(state.minus, moves && down > up && down > 0 ? down : 0, period)
  if (!seeded) return null
  const total = state.plus.value + state.minus.value
  const dx = total > 0 ? (100 * Math.abs(state.plus.value - state.minus.value)) / total : 0
  return updateWilder(state.adx, dx, period) ? state.adx.value : null
}
