import type { Chain } from '../chain/chain.ts'
import type { Service } from '../http/gateway.ts'
import type { Reply, Request } from '../http/reply.ts'
import { json } from '../http/reply.ts'
import type { Pool } from '../market/pool.ts'
import { PoolBars } from '../market/pool-bars.ts'
import { PoolTrades } from '../market/pool-trades.ts'
import { poolResource, tokenMeta, tradeResource } from './resources.ts'

const PREFIX = '/api/v2/networks/solana'
const POOL_PATH = /^\/pools\/([^/]+)(?:\/(ohlcv|trades)(?:\/(\w+))?)?$/
const TOKEN_PATH = /^\/tokens\/([^/]+)\/pools$/
const AGGREGATES: Readonly<Record<string, { readonly minutes: number; readonly allowed: readonly number[] }>> = {
  minute: { minutes: 1, allowed: [1, 5, 15] },
  hour: { minutes: 60, allowed: [1, 4, 12] },
  day: { minutes: 1_440, allowed: [1] },
}
const DEFAULT_LIMIT = 100
const MOST_BARS = 1_000
const MOST_TRADES = 300
const DAY_MINUTES = 1_440

/** An API in the shape of GeckoTerminal's. */
export class GeckoService implements Service {
  readonly target = 'gecko'
  readonly #chain: Chain
  readonly #now: () => number
  readonly #trades = new Map<Pool, PoolTrades>()
  readonly #bars = new Map<Pool, PoolBars>()

  constructor(chain: Chain, now: () => number) {
    this.#chain = chain
    this.#now = now
    for (const pool of chain.pools) {
      const trades = new PoolTrades(pool, chain)
      this.#trades.set(pool, trades)
      this.#bars.set(pool, new PoolBars(trades))
    }
  }

  serves(path: string): boolean {
    return path.startsWith('/api/v2/')
  }

  name({ url }: Request): string {
    return url.pathname
  }

  answer({ method, url }: Request): Reply {
    const path = url.pathname.replace(/\/$/, '')
    if (method !== 'GET' || !path.startsWith(PREFIX)) return failure(404, 'Not Found')
    const rest = path.slice(PREFIX.length)
    const token = TOKEN_PATH.exec(rest)?.[1]
    if (token !== undefined) return this.#poolsOf(token)
    const [, address, what, timeframe] = POOL_PATH.exec(rest) ?? []
    const pool = address === undefined ? undefined : this.#chain.poolOf(address)
    if (pool === undefined) return failure(404, 'Not Found')
    if (what === 'ohlcv') return this.#ohlcv(pool, timeframe ?? '', url.searchParams)
    if (what === 'trades') return this.#tradeList(pool, url.searchParams)
    return json({ data: poolResource(this.#chain, pool, this.#now()) })
  }

  #poolsOf(mint: string): Reply {
    const pools = this.#chain.pools.filter(({ token, quoteMint }) => token.mint === mint || quoteMint === mint)
    if (pools.length === 0) return failure(404, 'Not Found')
    return json({ data: pools.map((pool) => poolResource(this.#chain, pool, this.#now())) })
  }

  #ohlcv(pool: Pool, timeframe: string, query: URLSearchParams): Reply {
    const unit = Object.hasOwn(AGGREGATES, timeframe) ? AGGREGATES[timeframe] : undefined
    if (unit === undefined) return failure(400, 'Invalid timeframe')
    const aggregate = Number(query.get('aggregate') ?? 1)
    if (!unit.allowed.includes(aggregate))
      return failure(400, `Invalid aggregate, expected one of ${unit.allowed.join(', ')}`)
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT)
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_BARS) return failure(400, `Limit exceeds ${MOST_BARS}`)
    if ((query.get('token') ?? 'base') !== 'base' && query.get('token') !== pool.token.mint) {
      return failure(400, 'Only the base token has bars')
    }
    const now = this.#now()
    const beforeText = query.get('before_timestamp')
    const before = beforeText === null ? now + 1 : Number(beforeText) * 1000
    if (!Number.isFinite(before)) return failure(400, 'Invalid before_timestamp')
    const bars = this.#bars.get(pool)?.newestFirst(unit.minutes * aggregate, limit, before, now) ?? []
    const list = bars.map(({ start, open, high, low, close, volumeUsd }) => [
      start / 1000,
      open,
      high,
      low,
      close,
      volumeUsd,
    ])
    return json({
      data: { id: pool.address, type: 'ohlcv_request_response', attributes: { ohlcv_list: list } },
      meta: tokenMeta(pool),
    })
  }

  #tradeList(pool: Pool, query: URLSearchParams): Reply {
    const now = this.#now()
    const least = Number(query.get('trade_volume_in_usd_greater_than') ?? 0)
    const found = []
    const last = Math.floor(now / 60_000)
    for (let minute = last; minute > last - DAY_MINUTES && found.length < MOST_TRADES; minute--) {
      const trades = this.#trades.get(pool)?.inMinute(minute, now) ?? []
      found.push(...trades.filter(({ usd }) => usd >= least).reverse())
    }
    return json({ data: found.slice(0, MOST_TRADES).map((trade) => tradeResource(this.#chain, pool, trade)) })
  }
}

function failure(status: number, title: string): Reply {
  return json({ errors: [{ status: String(status), title }], meta: { ref_id: 'simulated' } }, status)
}
