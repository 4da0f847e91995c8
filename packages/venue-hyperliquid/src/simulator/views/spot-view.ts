import { assetContext } from '../market/asset-context.ts'
import type { Listing } from '../market/listing.ts'
import type { Market } from '../market/market.ts'
import { SPOT_TOKENS, spotToken } from '../market/spot-universe.ts'

/** Statistics of a spot pair as `spotMetaAndAssetCtxs` and `activeSpotAssetCtx` carry them. */
export function spotContextView(market: Market, pair: Listing, now: number) {
  const supply = { circulatingSupply: '595000000.0', totalSupply: '595000000.0' }
  if (pair.delisted) {
    const nothing = { prevDayPx: '1.0', dayNtlVlm: '0.0', markPx: '1.0', midPx: null, dayBaseVlm: '0.0' }
    return { ...nothing, coin: pair.name, ...supply }
  }
  const coin = market.coin(pair.name)
  const { prevDayPx, dayNtlVlm, markPx, midPx, dayBaseVlm } = assetContext(
    coin,
    market.book(pair.name, now),
    market.seed,
    now,
  )
  return { prevDayPx, dayNtlVlm, markPx, midPx, dayBaseVlm, coin: pair.name, ...supply }
}

/** `spotMeta`: the pairs and all tokens. */
export function spotMetaView(market: Market) {
  return {
    universe: market.spotListings().map((pair) => ({
      tokens: [spotToken(pair.base ?? '').index, spotToken(pair.quote).index],
      name: pair.name,
      index: pair.asset - 10_000,
      isCanonical: pair.name.includes('/'),
    })),
    tokens: SPOT_TOKENS.map(({ name, szDecimals, weiDecimals, index }) => ({
      name,
      szDecimals,
      weiDecimals,
      index,
      tokenId: tokenId(index),
      isCanonical: index <= 1,
      evmContract: null,
      fullName: null,
      deployerTradingFeeShare: '0.0',
    })),
  }
}

export function tokenId(index: number): string {
  return `0x${index.toString(16).padStart(32, '0')}`
}

export function spotContextsView(market: Market, now: number) {
  return market.spotListings().map((pair) => spotContextView(market, pair, now))
}
