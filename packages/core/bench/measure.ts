import type { Bar } from '../src/market/bar.ts'
import type { Contender } from './contenders.ts'

/** Nanoseconds a bar, for one fresh contender over all bars. */
export function timePerBar(contender: Contender, bars: readonly Bar[]): number {
  const take = contender()
  const start = process.hrtime.bigint()
  for (const bar of bars) take(bar)
  return Number(process.hrtime.bigint() - start) / bars.length
}

/** The median of several values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
