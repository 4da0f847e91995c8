import type { Ring } from './ring.ts'

/**
 * Least-squares slope per bar of the values of a full ring; 0 while it holds fewer. Exactly 0 when all are alike.
 */
export function slope(ring: Ring): number {
  const { values, end, capacity } = ring
  let low = end - capacity
  if (low < 0 || capacity < 2) return 0
  // The distances of 0..n-1 from their mean come in pairs of opposite sign: each pair weighs a difference of two values, so that a high
  // price level costs no digits.
  let sum = 0
  let weight = (capacity - 1) / 2
  for (let high = end - 1; low < high; low++, high--) {
    sum += weight * ((values[high] ?? 0) - (values[low] ?? 0))
    weight -= 1
  }
  return (12 * sum) / (capacity * (capacity * capacity - 1))
}
