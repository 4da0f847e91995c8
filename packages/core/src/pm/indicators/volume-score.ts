import type { IndicatorConfig } from '../config/indicator-config.ts'
import { clamp } from '../numeric/clamp.ts'
import type { Ring } from '../numeric/ring.ts'
import { firstIndex, newest } from '../numeric/ring.ts'

/**
 * z-score of the newest `ln(1 + volume)` among the last ones (population standard deviation), clamped; 0 when they hardly
 * differ.
 */
export function volumeScore(logVolumes: Ring, config: IndicatorConfig['volume']): number {
  const { values, end } = logVolumes
  const first = firstIndex(logVolumes)
  const count = Math.max(1, end - first)
  // One pass over deviations from the newest value: it belongs to the window, so no digits are lost where they matter. Two sums at a time, for
  // an addition waits for the one before it.
  const reference = newest(logVolumes)
  let sum = 0
  let otherSum = 0
  let squares = 0
  let otherSquares = 0
  for (let i = end - 1; i >= first; i -= 2) {
    const deviation = (values[i] ?? 0) - reference
    const other = i > first ? (values[i - 1] ?? 0) - reference : 0
    sum += deviation
    otherSum += other
    squares += deviation * deviation
    otherSquares += other * other
  }
  const mean = (sum + otherSum) / count
  const deviation = Math.sqrt(Math.max(0, (squares + otherSquares) / count - mean * mean))
  return deviation <= config.minDeviation ? 0 : clamp((0 - mean) / deviation, config.min, config.max)
}
