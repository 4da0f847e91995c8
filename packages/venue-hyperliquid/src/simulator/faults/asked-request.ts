import type { Json } from '../exchange/codec.ts'
import { isObject } from '../exchange/codec.ts'
import type { Market } from '../market/market.ts'

export type VenuePath = '/info' | '/exchange'

/** What a request is about, as far as faults distinguish requests. */
export interface AskedRequest {
  readonly path: VenuePath
  /** Query or action type. */
  readonly type: unknown
  readonly coins: readonly string[]
  /** Lower case. */
  readonly cloids: readonly string[]
  readonly oids: readonly number[]
}

/** Reads it from a body of any shape. */
export function askedRequest(path: VenuePath, body: unknown, market: Market): AskedRequest {
  const top = isObject(body) ? (path === '/info' ? body : body.action) : undefined
  const found: Found = { market, coins: [], cloids: [], oids: [] }
  if (isObject(top)) collect(top, found)
  return { path, type: isObject(top) ? top.type : undefined, ...found }
}

interface Found {
  readonly market: Market
  readonly coins: string[]
  readonly cloids: string[]
  readonly oids: number[]
}

const ASSET_KEYS = new Set(['a', 'asset'])
const CLOID_KEYS = new Set(['c', 'cloid', 'oid'])
const OID_KEYS = new Set(['o', 'oid'])

function collect(value: Json, found: Found): void {
  for (const [key, field] of Object.entries(value)) {
    if (key === 'coin' && typeof field === 'string') found.coins.push(field)
    else if (typeof field === 'number') {
      const coin = ASSET_KEYS.has(key) ? found.market.listing(field)?.name : undefined
      if (coin !== undefined) found.coins.push(coin)
      if (OID_KEYS.has(key)) found.oids.push(field)
    } else if (typeof field === 'string' && CLOID_KEYS.has(key)) found.cloids.push(field.toLowerCase())
    else if (Array.isArray(field)) for (const item of field) if (isObject(item)) collect(item, found)
    if (isObject(field)) collect(field, found)
  }
}
