/** The last values of a series, of a fixed number. Plain JSON; changed in place by {@link pushRing}. */
export interface Ring {
  readonly capacity: number
  /** Grows to `capacity`, then is overwritten in turn. */
  readonly values: number[]
  /** Index of the oldest value once `values` is full. */
  next: number
}

export function createRing(capacity: number): Ring {
  return { capacity, values: [], next: 0 }
}

/** Adds the newest value; the oldest leaves when the ring is full. */
export function pushRing(ring: Ring, value: number): void {
  if (ring.values.length < ring.capacity) {
    ring.values.push(value)
    return
  }
  ring.values[ring.next] = value
  ring.next = ring.next + 1 === ring.capacity ? 0 : ring.next + 1
}

export function isFull(ring: Ring): boolean {
  return ring.values.length === ring.capacity
}

/** The oldest value held, undefined when there is none. */
export function oldest(ring: Ring): number | undefined {
  return ring.values[ring.next]
}

/** Arithmetic mean of the values held, summed from the oldest; 0 when there is none. */
export function ringMean(ring: Ring): number {
  const { values, next } = ring
  const count = values.length
  if (count === 0) return 0
  let sum = 0
  for (let i = next; i < count; i++) sum += values[i] ?? 0
  for (let i = 0; i < next; i++) sum += values[i] ?? 0
  return sum / count
}
