import type { Json } from '../exchange/codec.ts'
import { address, isObject, textOr } from '../exchange/codec.ts'
import type { Grouping } from '../info/market-info.ts'
import { parseGrouping } from '../info/market-info.ts'
import type { CandleInterval } from '../market/candles.ts'
import { isCandleInterval } from '../market/candles.ts'

const GLOBAL = ['allDexsAssetCtxs', 'fastAssetCtxs', 'outcomeMetaUpdates', 'spotAssetCtxs'] as const
const OF_DEX = ['allMids', 'assetCtxs'] as const
const OF_COIN = ['trades', 'bbo', 'activeAssetCtx'] as const
const OF_USER = [
  'orderUpdates',
  'userEvents',
  'userFundings',
  'userNonFundingLedgerUpdates',
  'userHistoricalOrders',
  'userTwapSliceFills',
  'userTwapHistory',
  'notification',
  'webData3',
  'spotState',
  'allDexsClearinghouseState',
] as const
const OF_USER_AND_DEX = ['clearinghouseState', 'openOrders', 'twapStates'] as const

/** A subscription with the defaults that the venue fills in before it echoes it. */
export type Subscription =
  | { readonly type: (typeof GLOBAL)[number] }
  | { readonly type: (typeof OF_DEX)[number]; readonly dex?: string }
  | { readonly type: (typeof OF_COIN)[number]; readonly coin: string }
  | ({ readonly type: 'l2Book'; readonly coin: string; readonly fast: boolean } & Grouping)
  | { readonly type: 'candle'; readonly coin: string; readonly interval: CandleInterval }
  | { readonly type: (typeof OF_USER)[number]; readonly user: string }
  | { readonly type: (typeof OF_USER_AND_DEX)[number]; readonly user: string; readonly dex?: string }
  | { readonly type: 'userFills'; readonly user: string; readonly aggregateByTime: boolean }
  | { readonly type: 'activeAssetData'; readonly user: string; readonly coin: string }

/** What came instead of a subscription: not understood (answered with an error), or of the kind that ends the connection. */
export type Unsubscribable = 'unparsable' | 'fatal'

/** Reads and normalises a subscription. Coins are checked by the caller, who knows the listings. */
export function parseSubscription(value: unknown): Subscription | Unsubscribable {
  if (!isObject(value) || typeof value.type !== 'string') return 'unparsable'
  const { type } = value
  if (isOneOf(GLOBAL, type)) return { type }
  if (isOneOf(OF_DEX, type)) return { type, ...dexOf(value) }
  if (isOneOf(OF_COIN, type)) return typeof value.coin === 'string' ? { type, coin: value.coin } : 'unparsable'
  if (type === 'l2Book') return bookSubscription(value)
  if (type === 'candle') {
    if (typeof value.coin !== 'string' || !isCandleInterval(value.interval)) return 'unparsable'
    return { type, coin: value.coin, interval: value.interval }
  }
  const user = userOf(value)
  if (user === undefined) return 'unparsable'
  if (isOneOf(OF_USER, type)) return { type, user }
  if (isOneOf(OF_USER_AND_DEX, type)) return { type, user, ...dexOf(value) }
  if (type === 'userFills') return { type, user, aggregateByTime: value.aggregateByTime === true }
  if (type === 'activeAssetData' && typeof value.coin === 'string') return { type, user, coin: value.coin }
  return 'unparsable'
}

function bookSubscription(value: Json): Subscription | Unsubscribable {
  if (typeof value.coin !== 'string') return 'unparsable'
  const grouping = parseGrouping(value)
  if (grouping === undefined) return 'fatal'
  return { type: 'l2Book', coin: value.coin, ...grouping, fast: value.fast === true }
}

function dexOf(value: Json): { dex?: string } {
  return typeof value.dex === 'string' ? { dex: value.dex } : {}
}

function userOf(value: Json): string | undefined {
  try {
    return textOr(address(value.user), '')
  } catch {
    return undefined
  }
}

function isOneOf<T extends string>(allowed: readonly T[], text: string): text is T {
  return (allowed as readonly string[]).includes(text)
}
