/** Types of `/info` requests that the adapter makes. */
export type InfoType =
  | 'meta'
  | 'candleSnapshot'
  | 'clearinghouseState'
  | 'spotClearinghouseState'
  | 'frontendOpenOrders'
  | 'orderStatus'
  | 'userFillsByTime'
  | 'userRole'
  | 'userAbstraction'
  | 'perpDexs'
  | 'spotMeta'
  | 'userFunding'
  | 'userTwapSliceFillsByTime'
  | 'userRateLimit'
  | 'activeAssetData'
  | 'extraAgents'

const LIGHT = new Set<InfoType>(['clearinghouseState', 'spotClearinghouseState', 'orderStatus'])
/** Answers of which every twenty items cost one more. */
const PER_TWENTY = new Set<InfoType>(['userFillsByTime', 'userFunding', 'userTwapSliceFillsByTime'])

/** Weight of an `/exchange` request with up to 39 orders or cancels (1 + floor(batch / 40)). */
export const EXCHANGE_WEIGHT = 1

/** Weight of a request as far as it is known before the answer. Source: the venue's page on rate limits. */
export function infoWeight(type: InfoType): number {
  if (LIGHT.has(type)) return 2
  return type === 'userRole' ? 60 : 20
}

/** Weight that the number of returned items adds. */
export function itemsWeight(type: InfoType, items: number): number {
  if (type === 'candleSnapshot') return Math.floor(items / 60)
  if (PER_TWENTY.has(type)) return Math.floor(items / 20)
  return 0
}
