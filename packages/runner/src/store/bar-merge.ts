import type { Bar, BarOrigin } from '@portolan/core'

/** A bar as a store gives it back: with its origin, and `gapMarked` only where it is. */
export type StoredBar = Bar & { readonly origin: BarOrigin }

export function storedBar(bar: Bar): StoredBar {
  const { ts, open, high, low, close, volume, origin = 'traded', gapMarked = false } = bar
  return { ts, open, high, low, close, volume, origin, ...(gapMarked ? { gapMarked } : {}) }
}

/** Whether a bar replaces the one that is there for its time: what was seen live stays until the venue's history corrects it. */
export function replaces(bar: StoredBar): boolean {
  return bar.origin === 'repaired'
}

/** One bar a time, as if they had been saved one after the other; oldest first. */
export function mergeBars(bars: readonly Bar[]): readonly StoredBar[] {
  const byTime = new Map<number, StoredBar>()
  for (const bar of bars.map(storedBar)) {
    if (!byTime.has(bar.ts) || replaces(bar)) byTime.set(bar.ts, bar)
  }
  return [...byTime.values()].sort((a, b) => a.ts - b.ts)
}
