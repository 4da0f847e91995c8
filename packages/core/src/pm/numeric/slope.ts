import type { Ring } from './ring.ts'

/**
 * Least-squares slope per bar of the values of a full ring; 0 while it holds fewer.
 * Values are taken relative to the oldest one, so that a high price level costs no digits.
 */
export function slope(ring: Ring): number {
  const { values, end, capacity } = ring
  const first = end - capacity
  if (first < 0 || capacity < 2) return 0
  const base = values[first] ?? 0
  let sum = 0
  let x = (1 - capacity) / 2
  for (let i = first; i < end; i++) {
    sum += x * ((values[i] ?? 0) - base)
    x += 1
  }
  // Sum of squared distances of 0..n-1 from their mean.
  return sum / ((capacity * (capacity * capacity - 1)) / 12)
}
