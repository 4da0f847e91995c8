import type { Bar } from '../../market/bar.ts'
import type { WilderState } from './wilder.ts'
import { createWilder, updateWilder } from './wilder.ts'

/** RSI after Wilder: averages of gains and of losses. Plain JSON. */
export interface RelativeStrengthState {
  readonly gain: WilderState
  readonly loss: WilderState
}

export function createRelativeStrength(): RelativeStrengthState {
  return { gain: createWilder(), loss: createWilder() }
}

/** Takes one bar in place. RSI in [0, 100], 50 when nothing moved, null while the averages are seeded. */
export function updateRelativeStrength(
  state: RelativeStrengthState,
  bar: Bar,
  previousClose: number,
  period: number,
): number | null {
  const change = bar.gapMarked === true ? bar.close - bar.open : bar.close - previousClose
  const seeded = updateWilder(state.gain, Math.max(0, change), period)
  updateWilder(state.loss, change < 0 ? -change : 0, period)
  if (!seeded) return null
  const moved = state.gain.value + state.loss.value
  return moved > 0 ? (100 * state.gain.value) / moved : 50
}
