import type { PmConfig } from '../config/pm-config.ts'
import { clamp } from '../numeric/clamp.ts'
import { newest } from '../numeric/ring.ts'
import { sigmoid } from '../numeric/sigmoid.ts'
import { slope } from '../numeric/slope.ts'
import type { UptrendMeasures, UptrendMemory } from '../trend/uptrend-memory.ts'

/** EDX: decay of an uptrend, in [0, 1]; neutral while this S3 is young. */
export function trendDecay(memory: UptrendMemory, measures: UptrendMeasures, config: PmConfig): number {
  const c = config.scores.decay
  if (memory.bars < c.minBars) return c.neutral
  const slowing = lossFromPeak((measures.slope250 + measures.slope333) / 2, memory.slopePeak)
  const compression = lossFromPeak(measures.width, memory.widthPeak)
  const structure = memory.comparisons < c.minComparisons ? c.neutral : memory.lower / memory.comparisons
  const participation = sigmoid((-c.participationGain * slope(memory.avwaps)) / newest(memory.avwaps))
  return clamp(
    c.slowing * slowing + c.structure * structure + c.participation * participation + c.compression * compression,
  )
}

function lossFromPeak(value: number, peak: number): number {
  return peak <= 0 ? 1 : clamp(1 - value / peak)
}
