import type { PoolTrades } from './pool-trades.ts'

const MINUTE_MS = 60_000
/** How far back there is history. */
const HISTORY_DAYS = 180
const MOST_CACHED = 20_000

export interface Bar {
  /** ms at which it begins. */
  readonly start: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volumeUsd: number
}

/** Bars made of a pool's trades. Stretches without a trade have no bar. */
export class PoolBars {
  readonly #trades: PoolTrades
  /** Finished bars by length in minutes and index. */
  readonly #cache = new Map<string, Bar | null>()

  constructor(trades: PoolTrades) {
    this.#trades = trades
  }

  /**
   * Up to `limit` bars of `minutes` that begin before `before`, newest first. Each opens where the one before it closed, as
   * GeckoTerminal's do.
   */
  newestFirst(minutes: number, limit: number, before: number, now: number): Bar[] {
    const length = minutes * MINUTE_MS
    const oldest = Math.floor((now - HISTORY_DAYS * 1_440 * MINUTE_MS) / length)
    const raw: Bar[] = []
    for (
      let index = Math.ceil(Math.min(before, now + 1) / length) - 1;
      index >= oldest && raw.length <= limit;
      index--
    ) {
      const bar = this.#bar(minutes, index, now)
      if (bar !== null) raw.push(bar)
    }
    return raw.slice(0, limit).map((bar, index) => stitched(bar, raw[index + 1]))
  }

  #bar(minutes: number, index: number, now: number): Bar | null {
    const key = `${minutes}:${index}`
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const bar = minutes === 1 ? this.#minute(index, now) : this.#made(minutes, index, now)
    if ((index + 1) * minutes * MINUTE_MS <= now && minutes > 1) {
      if (this.#cache.size >= MOST_CACHED) this.#cache.clear()
      this.#cache.set(key, bar)
    }
    return bar
  }

  #minute(minute: number, now: number): Bar | null {
    const trades = this.#trades.inMinute(minute, now)
    const [first] = trades
    const last = trades.at(-1)
    if (first === undefined || last === undefined) return null
    const prices = trades.map(({ price }) => price)
    return {
      start: minute * MINUTE_MS,
      open: first.price,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: last.price,
      volumeUsd: trades.reduce((sum, { usd }) => sum + usd, 0),
    }
  }

  /** A longer bar of shorter ones: days of hours, the rest of minutes. */
  #made(minutes: number, index: number, now: number): Bar | null {
    const part = minutes > 60 && minutes % 60 === 0 ? 60 : 1
    const count = minutes / part
    const parts: Bar[] = []
    for (let i = 0; i < count; i++) {
      const at = index * count + i
      if (at * part * MINUTE_MS > now) break
      const bar = this.#bar(part, at, now)
      if (bar !== null) parts.push(bar)
    }
    const [first] = parts
    const last = parts.at(-1)
    if (first === undefined || last === undefined) return null
    return {
      start: index * minutes * MINUTE_MS,
      open: first.open,
      high: Math.max(...parts.map(({ high }) => high)),
      low: Math.min(...parts.map(({ low }) => low)),
      close: last.close,
      volumeUsd: parts.reduce((sum, { volumeUsd }) => sum + volumeUsd, 0),
    }
  }
}

function stitched(bar: Bar, previous: Bar | undefined): Bar {
  if (previous === undefined) return bar
  const open = previous.close
  return { ...bar, open, high: Math.max(bar.high, open), low: Math.min(bar.low, open) }
}
