import type { Bar, Timeframe } from '@portolan/core'
import { fillHoles, TIMEFRAME_MS } from '@portolan/core'
import type { DriverSource } from './regime-sources.ts'

/** Recorded bars, each handed out once, after its end: what lies ahead of the clock is not looked at. Holes are forward-filled. */
export class RecordedDriver {
  readonly timeframe: Timeframe
  readonly #bars: () => readonly Bar[]
  #last: Bar | null = null

  constructor({ timeframe, bars }: Extract<DriverSource, { readonly kind: 'recorded' }>) {
    this.timeframe = timeframe
    this.#bars = bars
  }

  /** What ended by a time (ms) and was not handed out yet, oldest first. */
  closeUntil(time: number): readonly Bar[] {
    const bars = this.#bars()
    const last = this.#last
    const from = last === null ? 0 : firstAfter(bars, last.ts)
    const fresh = bars.slice(from, firstAfter(bars, time - TIMEFRAME_MS[this.timeframe]))
    if (fresh.length === 0) return []
    this.#last = fresh.at(-1) ?? last
    return last === null
      ? fillHoles(fresh, this.timeframe, null)
      : fillHoles([last, ...fresh], this.timeframe, null).slice(1)
  }
}

/** Index of the first bar that opened later than a time. */
function firstAfter(bars: readonly Bar[], time: number): number {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const bar = bars[middle]
    if (bar !== undefined && bar.ts <= time) low = middle + 1
    else high = middle
  }
  return low
}
