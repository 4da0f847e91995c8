import { DEX_NAMES } from '../market/builder-dexes.ts'
import type { VenueCandle } from '../market/candles.ts'
import { candleAfter, candleAt, candleStart } from '../market/candles.ts'
import { lastVenueTrades } from '../market/venue-trade.ts'
import { bookLevels } from '../views/book-view.ts'
import { contextsView, contextView, midsView } from '../views/meta-view.ts'
import { spotContextsView, spotContextView } from '../views/spot-view.ts'
import type { Channel, ChannelContext, Frame } from './channel.ts'
import { Rhythm } from './channel.ts'
import type { Subscription } from './subscription.ts'

/** How many recent trades are replayed after a subscription. */
const REPLAYED_TRADES = 30

type Of<T extends Subscription['type']> = Extract<Subscription, { type: T }>

/** Replays recent trades without marking them as old, then every trade as it happens. */
export function tradesChannel(context: ChannelContext, { coin }: { readonly coin: string }): Channel {
  const { core } = context.kernel
  const { market } = core
  return {
    open() {
      if (market.listing(coin)?.delisted) return []
      return [{ channel: 'trades', data: lastVenueTrades(market.coin(coin), market.seed, REPLAYED_TRADES, core.now) }]
    },
    onStretch(stretch) {
      const trades = context.trades(coin, stretch)
      return trades.length === 0 ? [] : [{ channel: 'trades', data: trades }]
    },
  }
}

/** The running candle while it trades, twice a second at most; and once more whole when the next one has begun. */
export function candleChannel(context: ChannelContext, { coin, interval }: Of<'candle'>): Channel {
  const { core } = context.kernel
  const { market } = core
  const rhythm = new Rhythm(500, context)
  let start = candleStart(interval, core.now)
  let sent: VenueCandle | undefined
  const frame = (): Frame[] => {
    const candle = candleAt(market.coin(coin), interval, start, core.now)
    if (candle.n === 0 || (sent?.t === candle.t && sent.n === candle.n)) return []
    sent = candle
    return [{ channel: 'candle', data: candle }]
  }
  return {
    open: () => (market.listing(coin)?.delisted ? [] : frame()),
    onStretch({ to }) {
      if (market.listing(coin)?.delisted) return []
      const frames: Frame[] = []
      const running = candleStart(interval, to)
      while (start < running) {
        frames.push(...frame())
        start = candleAfter(interval, start)
      }
      if (rhythm.due(to)) frames.push(...frame())
      return frames
    },
  }
}

/** The whole book: 20 levels about every 5.4 s, or 5 levels about twice a second. */
export function bookChannel(context: ChannelContext, subscription: Of<'l2Book'>): Channel {
  const { core } = context.kernel
  const { coin, fast, nSigFigs, mantissa } = subscription
  const rhythm = new Rhythm(fast ? 530 : 5400, context)
  const frame = (): Frame => ({
    channel: 'l2Book',
    data: {
      coin,
      time: core.now,
      levels: bookLevels(core, coin, { nSigFigs, mantissa, ...(fast ? { levels: 5 } : {}) }),
      ...(fast ? { fast: true } : {}),
    },
  })
  return {
    open() {
      rhythm.due(core.now)
      return [frame()]
    },
    onStretch: ({ to }) => (rhythm.due(to) ? [frame()] : []),
  }
}

/** The best bid and ask, whenever they change. */
export function bboChannel(context: ChannelContext, { coin }: { readonly coin: string }): Channel {
  const { core } = context.kernel
  const rhythm = new Rhythm(68, context)
  let last = ''
  const frame = (): Frame[] => {
    const [[bid = null], [ask = null]] = bookLevels(core, coin, { levels: 1 })
    const text = JSON.stringify([bid, ask])
    if (text === last) return []
    last = text
    return [{ channel: 'bbo', data: { coin, time: core.now, bbo: [bid, ask] } }]
  }
  return { open: frame, onStretch: ({ to }) => (rhythm.due(to) ? frame() : []) }
}

/** Funding, open interest, mark and oracle price about once a second. */
export function assetContextChannel(context: ChannelContext, { coin }: { readonly coin: string }): Channel {
  const { core } = context.kernel
  return every(context, 1000, () => {
    const listing = core.market.listing(coin)
    if (listing === undefined) return []
    if (listing.kind === 'spot') {
      return [{ channel: 'activeSpotAssetCtx', data: { coin, ctx: spotContextView(core.market, listing, core.now) } }]
    }
    return [{ channel: 'activeAssetCtx', data: { coin, ctx: contextView(core.market, listing, core.now) } }]
  })
}

export function allMidsChannel(context: ChannelContext, { dex }: { readonly dex?: string }): Channel {
  const { core } = context.kernel
  const mids = () => ({ mids: midsView(core.market, core.now, dex), ...(dex === undefined ? {} : { dex }) })
  return every(context, 5000, () => [{ channel: 'allMids', data: mids() }])
}

export function assetContextsChannel(context: ChannelContext, { dex = '' }: { readonly dex?: string }): Channel {
  return every(context, 5000, () => [{ channel: 'assetCtxs', data: { dex, ctxs: contexts(context, dex) } }])
}

export function allDexsAssetContextsChannel(context: ChannelContext): Channel {
  return every(context, 13_600, () => [
    { channel: 'allDexsAssetCtxs', data: { ctxs: DEX_NAMES.map((dex) => [dex, contexts(context, dex)]) } },
  ])
}

/** A channel that sends the same kind of frame at once and then again and again. */
export function every(context: ChannelContext, everyMs: number, frames: () => readonly Frame[]): Channel {
  const rhythm = new Rhythm(everyMs, context)
  return {
    open() {
      rhythm.due(context.kernel.core.now)
      return frames()
    },
    onStretch: ({ to }) => (rhythm.due(to) ? frames() : []),
  }
}

/** A channel that is acknowledged and never says anything. */
export const SILENT: Channel = { open: () => [] }

export function spotContextsChannel(context: ChannelContext): Channel {
  const { core } = context.kernel
  return every(context, 5000, () => [{ channel: 'spotAssetCtxs', data: spotContextsView(core.market, core.now) }])
}

function contexts(context: ChannelContext, dex: string) {
  const { core } = context.kernel
  return contextsView(core.market, core.now, dex)
}
