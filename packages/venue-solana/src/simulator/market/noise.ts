/** A well-mixed 32-bit number from two (murmur3's finalizer): every piece of the market is drawn from its own coordinates. */
function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ index, 0x9e3779b1) ^ (seed >>> 15) ^ Math.imul(index, 0x85ebca77)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A seed made of any parts: the same parts give the same number on every machine. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const char of parts.join('/')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return mix(hash, parts.length)
}

/** Uniform in [0, 1), the same for the same seed and index. */
export function uniform(seed: number, index: number): number {
  return mix(seed, index | 0) / 0x1_0000_0000
}

/** Smooth noise in [-1, 1] over a lattice of spacing 1. */
export function smoothNoise(seed: number, position: number): number {
  const cell = Math.floor(position)
  const t = position - cell
  const weight = t * t * (3 - 2 * t)
  return (uniform(seed, cell) * (1 - weight) + uniform(seed, cell + 1) * weight) * 2 - 1
}

/** A seeded sequence, for faults: each draw is the next. */
export class Sequence {
  readonly #seed: number
  #index = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  next(): number {
    return uniform(this.#seed, this.#index++)
  }
}
