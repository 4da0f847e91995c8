import type { Bar, Clock, HistoryRequest, RefusedCount, Timeframe } from '@portolan/core'
import { TIMEFRAME_MS, VenueError } from '@portolan/core'
import type { ApiReader } from '../api/api-reader.ts'
import { ohlcvAnswer, readCandles } from './ohlcv-answer.ts'

export interface OhlcvHistoryParts {
  readonly api: ApiReader
  readonly clock: Clock
  readonly malformed: RefusedCount
  /** How far back bars are kept, ms. */
  readonly keptMs: number
  /** The pool of a mint; `null` where there is none. */
  readonly poolOf: (mint: string, signal: AbortSignal) => Promise<string | null>
}

/** Path and `aggregate` of each timeframe. Source: GeckoTerminal's API reference. */
const INTERVALS: Readonly<Record<Timeframe, readonly [period: string, aggregate: number]>> = {
  '1m': ['minute', 1],
  '5m': ['minute', 5],
  '15m': ['minute', 15],
  '1h': ['hour', 1],
  '4h': ['hour', 4],
  '1d': ['day', 1],
}
/** Candles of one answer at most. */
const PAGE = 1000
/** What the service gives when it does not heed `limit`. An answer that is shorter than both holds all that there is. */
const DEFAULT_PAGE = 100
/** No request is that long: a service that always gives the same page must not be asked for ever. */
const MOST_PAGES = 300

type Side = 'base' | 'quote'

interface Page {
  readonly timeframe: Timeframe
  /** Unix s, exclusive. */
  readonly before: number
  readonly limit: number
}

/** Closed bars of a token's pool, in USD, from a GeckoTerminal API. */
export class OhlcvHistory {
  readonly #parts: OhlcvHistoryParts
  /** Which side of its pool a token is, by `mint pool`. */
  readonly #sides = new Map<string, Side>()

  constructor(parts: OhlcvHistoryParts) {
    this.#parts = parts
  }

  /**
   * Oldest first; intervals without trades are left out, the running candle too. Pages go backwards by `before_timestamp` until the wanted time is reached.
   * @throws {VenueError}
   */
  async read(request: HistoryRequest): Promise<readonly Bar[]> {
    const { clock, keptMs, poolOf } = this.#parts
    const { instrument, timeframe, signal } = request
    const length = TIMEFRAME_MS[timeframe]
    const now = clock.now()
    const from = Math.max(request.from, now - keptMs)
    // A bar is closed when its time is over.
    const to = Math.min(request.to, Math.floor(now / length) * length)
    if (to <= from) return []
    const pool = await poolOf(instrument, signal)
    if (pool === null) return []
    const found = new Map<number, Bar>()
    let before = Math.ceil(to / 1000)
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const limit = Math.min(PAGE, Math.ceil((before * 1000 - from) / length))
      const { bars, count } = await this.#page(instrument, pool, { timeframe, before, limit }, signal)
      for (const bar of bars) {
        if (bar.ts >= from && bar.ts < to && bar.ts % length === 0) found.set(bar.ts, bar)
      }
      const oldest = bars[0]
      if (oldest === undefined || oldest.ts - length < from || oldest.ts >= before * 1000) break
      if (count < Math.min(limit, DEFAULT_PAGE)) break
      before = oldest.ts / 1000
    }
    return [...found.values()].sort((a, b) => a.ts - b.ts)
  }

  /** Candles before a time, in the prices of this token, whichever side of the pool it is. */
  async #page(mint: string, pool: string, page: Page, signal: AbortSignal) {
    const side = this.#sides.get(`${mint} ${pool}`) ?? 'base'
    const { meta, list } = await this.#ask(pool, page, side, signal)
    const actual = sideOf(mint, meta)
    if (actual === null) {
      throw new VenueError('misconfigured', `the pool ${pool} does not trade ${mint}: correct "pool" of its instrument`)
    }
    this.#sides.set(`${mint} ${pool}`, actual)
    const asked = actual === side ? list : (await this.#ask(pool, page, actual, signal)).list
    const { bars, refused } = readCandles(asked)
    if (refused > 0) this.#parts.malformed.add('ohlcv', `${refused} candles of ${pool}`)
    return { bars, count: asked.length }
  }

  async #ask(pool: string, { timeframe, before, limit }: Page, side: Side, signal: AbortSignal) {
    const [period, aggregate] = INTERVALS[timeframe]
    const query = new URLSearchParams({
      aggregate: String(aggregate),
      before_timestamp: String(before),
      limit: String(limit),
      currency: 'usd',
      token: side,
    })
    const path = `/networks/solana/pools/${pool}/ohlcv/${period}?${query.toString()}`
    const { data, meta } = await this.#parts.api.get(path, ohlcvAnswer, signal)
    return { list: data.attributes.ohlcv_list, meta: meta ?? null }
  }
}

type Meta = { readonly base?: TokenMeta | undefined; readonly quote?: TokenMeta | undefined } | null
type TokenMeta = { readonly address: string } | null

/** An answer that does not say which tokens it is about is taken for what was asked. */
function sideOf(mint: string, meta: Meta): Side | null {
  const base = meta?.base?.address
  const quote = meta?.quote?.address
  if (base === mint || (base === undefined && quote === undefined)) return 'base'
  return quote === mint ? 'quote' : null
}
