import { MARGIN_TABLES } from '../../reference/index.ts'
import type { AssetContext } from '../market/asset-context.ts'
import { assetContext, delistedContext, midPrice } from '../market/asset-context.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'
import type { Listing } from '../market/listing.ts'
import type { Market } from '../market/market.ts'
import { spotToken } from '../market/spot-universe.ts'
import { numberText } from '../market/tick.ts'

/** `meta` of a dex: the universe in order of asset ids, with the margin tables it refers to. */
export function metaView(market: Market, dex = '') {
  const collateral = BUILDER_DEXES.find(({ name }) => name === dex)?.collateral ?? 'USDC'
  const listings = market.listings(dex)
  const used = new Set(listings.map(({ marginTableId }) => marginTableId))
  return {
    universe: listings.map((listing) => ({
      szDecimals: listing.szDecimals,
      name: listing.name,
      maxLeverage: listing.maxLeverage,
      marginTableId: listing.marginTableId,
      ...(listing.onlyIsolated ? { onlyIsolated: true } : {}),
      ...(listing.delisted ? { isDelisted: true } : {}),
      ...(listing.marginMode === null ? {} : { marginMode: listing.marginMode }),
      ...(listing.growthMode ? { growthMode: 'enabled' } : {}),
    })),
    marginTables: MARGIN_TABLES.filter(({ id }) => dex === '' || used.has(id)).map(
      ({ id, description, marginTiers }) => [id, { description, marginTiers }],
    ),
    collateralToken: spotToken(collateral).index,
  }
}

/** Statistics of every perp of a dex in order of ids. */
export function contextsView(market: Market, now: number, dex = ''): AssetContext[] {
  return market.listings(dex).map((listing) => contextView(market, listing, now))
}

export function contextView(market: Market, listing: Listing, now: number): AssetContext {
  const coin = market.coin(listing.name)
  if (listing.delisted) return delistedContext(coin, now)
  return assetContext(coin, market.book(listing.name, now), market.seed, now)
}

/** `allMids`: the middle of every book; a coin without a book shows its last price. */
export function midsView(market: Market, now: number, dex = ''): Record<string, string> {
  // The venue's own map holds the spot pairs too.
  const listings = [...market.listings(dex), ...(dex === '' ? market.spotListings() : [])]
  const live = listings.filter((listing) => !listing.delisted)
  return Object.fromEntries(
    live.map(({ name }) => {
      const mid = midPrice(market.book(name, now)) ?? market.coin(name).priceAt(now)
      return [name, numberText(mid)]
    }),
  )
}
