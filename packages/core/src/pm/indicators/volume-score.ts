import type { IndicatorConfig } from '../config/indicator-config.ts'
import { clamp } from '../numeric/clamp.ts'
import type { Ring } from '../numeric/ring.ts'
import { ringMean } from '../numeric/ring.ts'

/**
 * z-score of the newest `ln(1 + volume)` over the ring of the last ones (population standard deviation), clamped;
 * 0 when they hardly differ.
 */
export function volumeScore(logVolumes: Ring, newest: number, config: IndicatorConfig['volume']): number {
  const { values } = logVolumes
  const count = values.length
  if (count === 0) return 0
  const mean = ringMean(logVolumes)
  let squares = 0
  // In the order of arrival, so that a restored ring gives the same bits.
  for (let i = 0; i < count; i++) {
    const index = logVolumes.next + i
    const deviation = (values[index < count ? index : index - count] ?? 0) - mean
    squares += deviation * deviation
  }
  const deviation = Math.sqrt(squares / count)
  if (deviation <= config.minDeviation) return 0
  return clamp((newest - mean) / deviation, config.min, config.max)
}
