import type { Ring } from './ring.ts'

/**
 * Least-squares slope per bar of the values of a full ring; 0 while it holds fewer.
 * Values are taken relative to the oldest one, so that a high price level costs no digits.
 */
export function slope(ring: Ring): number {
  const { values, next, capacity } = ring
  if (values.length < capacity || capacity < 2) return 0
  const base = values[next] ?? 0
  const middle = (capacity - 1) / 2
  let sum = 0
  let x = -middle
  for (let i = next; i < capacity; i++) sum += x++ * ((values[i] ?? 0) - base)
  for (let i = 0; i < next; i++) sum += x++ * ((values[i] ?? 0) - base)
  // Sum of squared distances of 0..n-1 from their mean.
  return sum / ((capacity * (capacity * capacity - 1)) / 12)
}
