/**
 * The last values of a series, of a fixed number. Plain JSON; changed in place by {@link pushRing}. The values lie side by side, oldest
 * first, in `values[end - capacity .. end)`, once there are `capacity` of them; the window walks through twice its length, then starts over.
 */
export interface Ring {
  readonly capacity: number
  readonly values: number[]
  end: number
}

export function createRing(capacity: number): Ring {
  return { capacity, values: [], end: 0 }
}

/** Adds the newest value; the oldest leaves when the ring is full. */
export function pushRing(ring: Ring, value: number): void {
  const { capacity, values } = ring
  if (ring.end === 2 * capacity) {
    for (let i = 1; i < capacity; i++) values[i - 1] = values[i + capacity] ?? 0
    ring.end = capacity - 1
  }
  values[ring.end++] = value
}

export function isFull(ring: Ring): boolean {
  return ring.end >= ring.capacity
}

/** Index in `values` of the oldest value held. */
export function firstIndex(ring: Ring): number {
  return Math.max(0, ring.end - ring.capacity)
}

/** The newest value held, 0 when there is none. */
export function newest(ring: Ring): number {
  return ring.values[ring.end - 1] ?? 0
}

/** Newest value minus the oldest of a full ring, 0 while it is not full. */
export function changeOver(ring: Ring): number {
  return isFull(ring) ? newest(ring) - (ring.values[firstIndex(ring)] ?? 0) : 0
}

/** Arithmetic mean of the values held; 0 when there is none. */
export function ringMean(ring: Ring): number {
  const { values, end } = ring
  const first = firstIndex(ring)
  let sum = 0
  for (let i = first; i < end; i++) sum += values[i] ?? 0
  return sum / Math.max(1, end - first)
}
