import { MARGIN_TABLES } from '../../reference/index.ts'
import type { Json } from '../exchange/codec.ts'
import { DeserializeError, isObject } from '../exchange/codec.ts'
import { fundingRate } from '../market/asset-context.ts'
import { DEX_NAMES } from '../market/builder-dexes.ts'
import { candleSnapshot, isCandleInterval } from '../market/candles.ts'
import { startOf } from '../market/coin-market.ts'
import { HOUR_MS } from '../market/coin-path.ts'
import { numberText } from '../market/tick.ts'
import { lastVenueTrades } from '../market/venue-trade.ts'
import { bookLevels } from '../views/book-view.ts'
import { contextsView, metaView, midsView } from '../views/meta-view.ts'
import type { InfoHandler } from './info-context.ts'
import { coinOf, dexIn, numberOf, ServerFailure } from './info-context.ts'

/** Entries of a page of time-ranged queries other than candles and fills. */
const PAGE = 500

/** Funding is settled so many ms after the hour. */
const SETTLEMENT_MS = 40

/** Largest market order by the coin's maximum leverage, USD. */
const MARKET_ORDER_CAPS = [
  [3, '500000.0'],
  [10, '2000000.0'],
  [20, '5000000.0'],
  [25, '30000000.0'],
]

/** Queries about the market. */
export const MARKET_INFO: Readonly<Record<string, InfoHandler>> = {
  meta: ({ core }, query) => {
    return metaView(core.market, dexIn(query))
  },
  allPerpMetas: ({ core }) => DEX_NAMES.map((dex) => metaView(core.market, dex)),
  metaAndAssetCtxs: ({ core }, query) => {
    const dex = dexIn(query)
    return [metaView(core.market, dex), contextsView(core.market, core.now, dex)]
  },
  allMids: ({ core }, query) => {
    return midsView(core.market, core.now, dexIn(query))
  },
  l2Book: ({ core }, query) => {
    const { coin } = query
    const grouping = parseGrouping(query)
    if (typeof coin !== 'string') throw new DeserializeError('missing field `coin`')
    if (core.market.listing(coin) === undefined) return null
    if (grouping === undefined) throw new ServerFailure('invalid grouping')
    return { coin, time: core.now, levels: bookLevels(core, coin, grouping) }
  },
  recentTrades: (context, query) => {
    const { core } = context
    const coin = coinOf(context, query.coin)
    if (core.market.listing(coin)?.delisted) return []
    return lastVenueTrades(core.market.coin(coin), core.market.seed, 10, core.now).reverse()
  },
  candleSnapshot: (context, query) => {
    const { core } = context
    const { req } = query
    if (!isObject(req) || !isCandleInterval(req.interval)) throw new DeserializeError('invalid field `req`')
    const market = core.market.coin(coinOf(context, req.coin))
    const startTime = numberOf(req, 'startTime')
    const endTime = numberOf(req, 'endTime', core.now)
    const { firstTime } = core.market
    return candleSnapshot(market, req.interval, { startTime, endTime, now: core.now, firstTime })
  },
  fundingHistory: (context, query) => {
    const { core } = context
    const coin = coinOf(context, query.coin)
    if (core.listing(coin).kind === 'spot') throw new ServerFailure(`${coin} has no funding`)
    const first = Math.max(core.market.firstTime, numberOf(query, 'startTime'))
    const end = Math.min(core.now, numberOf(query, 'endTime', core.now))
    const market = core.market.coin(coin)
    const entries: unknown[] = []
    for (
      let hour = startOf(first - SETTLEMENT_MS + HOUR_MS - 1, HOUR_MS);
      hour + SETTLEMENT_MS <= end && entries.length < PAGE;
      hour += HOUR_MS
    ) {
      const rate = fundingRate(market, core.market.seed, hour - 1)
      // Premium as it would have to be for the rate to be what it is, within the clamp.
      const premium = numberText(rate * 8 - 0.0001, 10)
      entries.push({ coin, fundingRate: numberText(rate, 10), premium, time: hour + SETTLEMENT_MS })
    }
    return entries
  },
  predictedFundings: ({ core }) =>
    core.market
      .listings()
      .filter((listing) => !listing.delisted)
      .map(({ name }) => {
        const fundingRateText = numberText(fundingRate(core.market.coin(name), core.market.seed, core.now), 10)
        const nextFundingTime = startOf(core.now, HOUR_MS)
        return [name, [['HlPerp', { fundingRate: fundingRateText, nextFundingTime, fundingIntervalHours: 1 }]]]
      }),
  marginTable: (_context, query) => {
    const id = numberOf(query, 'id')
    const table = MARGIN_TABLES.find((candidate) => candidate.id === id)
    if (table !== undefined) return { description: table.description, marginTiers: table.marginTiers }
    return { description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage: id }] }
  },
  maxMarketOrderNtls: () => MARKET_ORDER_CAPS,
  exchangeStatus: ({ core }) => ({ time: core.now, specialStatuses: null }),
}

/** How a query or a subscription wants levels merged. */
export interface Grouping {
  readonly nSigFigs: number | null
  readonly mantissa: number | null
}

/** `mantissa` goes with five significant figures only, and 1 makes the venue fail. `undefined`: no valid grouping. */
export function parseGrouping({ nSigFigs, mantissa }: Json): Grouping | undefined {
  if (nSigFigs == null) return mantissa == null ? { nSigFigs: null, mantissa: null } : undefined
  if (typeof nSigFigs !== 'number' || ![2, 3, 4, 5].includes(nSigFigs)) return undefined
  if (mantissa == null) return { nSigFigs, mantissa: null }
  return nSigFigs === 5 && (mantissa === 2 || mantissa === 5) ? { nSigFigs, mantissa } : undefined
}
