import { deflateRawSync } from 'node:zlib'
import { DEX_NAMES } from '../market/builder-dexes.ts'
import { contextView } from '../views/meta-view.ts'
import type { Channel, ChannelContext } from './channel.ts'
import {
  allDexsAssetContextsChannel,
  allMidsChannel,
  assetContextChannel,
  assetContextsChannel,
  bboChannel,
  bookChannel,
  candleChannel,
  every,
  SILENT,
  spotContextsChannel,
  tradesChannel,
} from './market-channels.ts'
import { historicalOrdersChannel, ledgerChannel, notificationChannel } from './record-channels.ts'
import type { Subscription } from './subscription.ts'
import { twapHistoryChannel, twapSliceFillsChannel, twapStatesChannel } from './twap-channels.ts'
import {
  activeAssetDataChannel,
  allDexsClearinghouseChannel,
  clearinghouseChannel,
  openOrdersChannel,
  orderUpdatesChannel,
  spotStateChannel,
  userEventsChannel,
  userFillsChannel,
  userFundingsChannel,
  webDataChannel,
} from './user-channels.ts'

/** The channel that serves a subscription. */
export function makeChannel(context: ChannelContext, subscription: Subscription): Channel {
  switch (subscription.type) {
    case 'trades':
      return tradesChannel(context, subscription)
    case 'candle':
      return candleChannel(context, subscription)
    case 'l2Book':
      return bookChannel(context, subscription)
    case 'bbo':
      return bboChannel(context, subscription)
    case 'activeAssetCtx':
      return assetContextChannel(context, subscription)
    case 'allMids':
      return allMidsChannel(context, subscription)
    case 'assetCtxs':
      return assetContextsChannel(context, subscription)
    case 'allDexsAssetCtxs':
      return allDexsAssetContextsChannel(context)
    case 'fastAssetCtxs':
      return fastContextsChannel(context)
    case 'orderUpdates':
      return orderUpdatesChannel(subscription)
    case 'userEvents':
      return userEventsChannel(subscription)
    case 'userFills':
      return userFillsChannel(context, subscription)
    case 'userFundings':
      return userFundingsChannel(context, subscription)
    case 'clearinghouseState':
      return clearinghouseChannel(context, subscription)
    case 'allDexsClearinghouseState':
      return allDexsClearinghouseChannel(context, subscription)
    case 'openOrders':
      return openOrdersChannel(context, subscription)
    case 'activeAssetData':
      return activeAssetDataChannel(context, subscription)
    case 'webData3':
      return webDataChannel(context, subscription)
    case 'spotState':
      return spotStateChannel(context, subscription)
    case 'userNonFundingLedgerUpdates':
      return ledgerChannel(context, subscription)
    case 'userTwapSliceFills':
      return twapSliceFillsChannel(context, subscription)
    case 'userTwapHistory':
      return twapHistoryChannel(context, subscription)
    case 'userHistoricalOrders':
      return historicalOrdersChannel(context, subscription)
    case 'twapStates':
      return twapStatesChannel(context, subscription)
    case 'notification':
      return notificationChannel(subscription)
    case 'spotAssetCtxs':
      return spotContextsChannel(context)
    case 'outcomeMetaUpdates':
      return SILENT
  }
}

/** Mark and mid prices as base64 of raw deflate: all coins first, then those that changed. */
function fastContextsChannel(context: ChannelContext): Channel {
  const { market } = context.kernel.core
  let known = new Map<string, string>()
  return every(context, 1000, () => {
    const { now } = context.kernel.core
    const all = DEX_NAMES.flatMap((dex) => market.listings(dex)).map((listing) => {
      const { markPx, midPx } = contextView(market, listing, now)
      return [listing.name, { markPx, midPx }] as const
    })
    const changed = all.filter(([coin, prices]) => known.get(coin) !== JSON.stringify(prices))
    known = new Map(all.map(([coin, prices]) => [coin, JSON.stringify(prices)]))
    const data = deflateRawSync(JSON.stringify(Object.fromEntries(changed))).toString('base64')
    return [{ channel: 'fastAssetCtxs', data }]
  })
}
