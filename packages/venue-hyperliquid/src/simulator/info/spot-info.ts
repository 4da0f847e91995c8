import { SPOT_TOKENS } from '../market/spot-universe.ts'
import { spotContextsView, spotContextView, spotMetaView, tokenId } from '../views/spot-view.ts'
import type { InfoHandler } from './info-context.ts'
import { ServerFailure } from './info-context.ts'

/** Queries about spot pairs and tokens. */
export const SPOT_INFO: Readonly<Record<string, InfoHandler>> = {
  spotMeta: ({ core }) => spotMetaView(core.market),
  spotMetaAndAssetCtxs: ({ core }) => [spotMetaView(core.market), spotContextsView(core.market, core.now)],
  tokenDetails: ({ core }, query) => {
    const token = SPOT_TOKENS.find(({ index }) => tokenId(index) === query.tokenId)
    if (token === undefined) throw new ServerFailure('unknown token')
    const pair = core.market.spotListings().find(({ base }) => base === token.name)
    const context = pair === undefined ? undefined : spotContextView(core.market, pair, core.now)
    return {
      name: token.name,
      maxSupply: '1000000000.0',
      totalSupply: '595000000.0',
      circulatingSupply: '595000000.0',
      szDecimals: token.szDecimals,
      weiDecimals: token.weiDecimals,
      midPx: context?.midPx ?? '1.0',
      markPx: context?.markPx ?? '1.0',
      prevDayPx: context?.prevDayPx ?? '1.0',
      genesis: null,
      deployer: null,
      deployGas: null,
      deployTime: null,
      seededUsdc: '0.0',
      nonCirculatingUserBalances: [],
      futureEmissions: '0.0',
    }
  },
}
