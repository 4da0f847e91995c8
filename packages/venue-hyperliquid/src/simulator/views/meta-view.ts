import { MARGIN_TABLES, marginTableId } from '../../reference/index.ts'
import type { AssetContext } from '../market/asset-context.ts'
import { assetContext, delistedContext, midPrice } from '../market/asset-context.ts'
import type { Listing, Market } from '../market/market.ts'
import { numberText } from '../market/tick.ts'

/** `meta`: the universe in order of asset ids, with the margin tables it refers to. */
export function metaView(market: Market) {
  return {
    universe: market.listings().map((listing) => ({
      szDecimals: listing.szDecimals,
      name: listing.name,
      maxLeverage: listing.maxLeverage,
      marginTableId: marginTableId(listing.name, listing.maxLeverage),
      ...(listing.delisted ? { isDelisted: true } : {}),
    })),
    marginTables: MARGIN_TABLES.map(({ id, description, marginTiers }) => [id, { description, marginTiers }]),
    collateralToken: 0,
  }
}

export function contextView(market: Market, listing: Listing, now: number): AssetContext {
  const coin = market.coin(listing.name)
  if (listing.delisted) return delistedContext(coin, now)
  return assetContext(coin, market.book(listing.name, now), market.seed, now)
}

/** `allMids`: the middle of every book; a coin without a book shows its last price. */
export function midsView(market: Market, now: number): Record<string, string> {
  const live = market.listings().filter((listing) => !listing.delisted)
  return Object.fromEntries(
    live.map(({ name }) => {
      const mid = midPrice(market.book(name, now)) ?? market.coin(name).priceAt(now)
      return [name, numberText(mid)]
    }),
  )
}
