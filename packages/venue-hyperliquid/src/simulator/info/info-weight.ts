const CHEAP = new Set([
  'l2Book',
  'allMids',
  'clearinghouseState',
  'orderStatus',
  'spotClearinghouseState',
  'exchangeStatus',
])
const BY_20 = new Set([
  'recentTrades',
  'historicalOrders',
  'userFills',
  'userFillsByTime',
  'fundingHistory',
  'userFunding',
  'userNonFundingLedgerUpdates',
  'twapHistory',
  'userTwapSliceFills',
  'userTwapSliceFillsByTime',
])

/** Weight of a query before its answer is known. Source: the venue's page on rate limits. */
export function infoWeight(type: unknown): number {
  if (typeof type !== 'string') return 20
  if (CHEAP.has(type)) return 2
  return type === 'userRole' ? 60 : 20
}

/** What the size of the answer adds. */
export function answerWeight(type: unknown, answer: unknown): number {
  if (!Array.isArray(answer) || typeof type !== 'string') return 0
  if (type === 'candleSnapshot') return Math.floor(answer.length / 60)
  return BY_20.has(type) ? Math.floor(answer.length / 20) : 0
}

/** Weight of an action. */
export function exchangeWeight(batch: number): number {
  return 1 + Math.floor(batch / 40)
}
