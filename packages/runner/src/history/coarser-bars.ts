import type { Bar, Timeframe } from '@portolan/core'
import { fillHoles, slotOf, TIMEFRAME_MS } from '@portolan/core'

/**
 * Bars of a longer timeframe, made of shorter ones of a market around the clock. Holes are forward-filled first. A bar whose beginning lies before the first of
 * them is left out, and so is one that has not been told to its end.
 * @param bars oldest first.
 */
export function coarserBars(bars: readonly Bar[], from: Timeframe, to: Timeframe): readonly Bar[] {
  const length = TIMEFRAME_MS[to]
  const base = TIMEFRAME_MS[from]
  const made: Bar[] = []
  let running: Bar | null = null
  for (const bar of fillHoles(bars, from, null)) {
    const ts = slotOf(bar.ts, to)
    if (running !== null) running = joined(running, bar)
    else if (bar.ts === ts) running = { ts, ...prices(bar) }
    if (running === null || bar.ts + base < ts + length) continue
    made.push(running)
    running = null
  }
  return made
}

function joined(running: Bar, { high, low, close, volume }: Bar): Bar {
  return {
    ...running,
    high: Math.max(running.high, high),
    low: Math.min(running.low, low),
    close,
    volume: running.volume + volume,
  }
}

function prices({ open, high, low, close, volume }: Bar) {
  return { open, high, low, close, volume }
}
