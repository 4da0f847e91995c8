import type { Bar } from '../../market/bar.ts'

/**
 * True range of a bar after `previousClose`. A gap-marked bar (first of a session) has no overnight range:
 * its true range is high - low.
 */
export function trueRange(bar: Bar, previousClose: number): number {
  const range = bar.high - bar.low
  if (bar.gapMarked === true) return range
  const up = Math.abs(bar.high - previousClose)
  const down = Math.abs(bar.low - previousClose)
  return Math.max(range, up, down)
}
