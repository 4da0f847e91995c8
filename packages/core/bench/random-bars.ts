import type { Bar } from '../src/market/bar.ts'

/** A seeded market: trends, ranges and crashes, so that every state and score takes its turn. */
export function randomBars(count: number, seed: number): readonly Bar[] {
  const random = generator(seed)
  const bars: Bar[] = []
  let close = 100
  let drift = 0
  for (let i = 0; i < count; i++) {
    if (random() < 0.005) drift = (random() - 0.45) * 0.004
    const open = close
    close = Math.max(1e-3, open * (1 + drift + (random() - 0.5) * 0.01))
    const high = Math.max(open, close) * (1 + random() * 0.003)
    const low = Math.min(open, close) * (1 - random() * 0.003)
    bars.push({ ts: i * 60_000, open, high, low, close, volume: random() * 1000 })
  }
  return bars
}

/** mulberry32: small, seeded, even enough. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
