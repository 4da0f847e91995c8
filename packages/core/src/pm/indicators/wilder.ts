/** Wilder's running average, seeded with the mean of the first `period` values. Plain JSON. */
export interface WilderState {
  /** Values seen, counted up to the period. */
  count: number
  /** The sum while seeding, the average afterwards. */
  value: number
}

export function createWilder(): WilderState {
  return { count: 0, value: 0 }
}

/** Takes one value in place; true once there is an average (in `state.value`). */
export function updateWilder(state: WilderState, x: number, period: number): boolean {
  if (state.count >= period) {
    state.value = (state.value * (period - 1) + x) / period
    return true
  }
  state.count++
  state.value += x
  if (state.count < period) return false
  state.value /= period
  return true
}
