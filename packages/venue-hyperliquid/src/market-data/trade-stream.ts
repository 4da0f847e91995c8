import type { Feed, FeedStatus, Instrument, InstrumentId, Subscription, VenueEvent } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import type { Frame, WireSubscription } from '../socket/frame.ts'
import { subscriptionKey } from '../socket/frame.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts'
import { SubscriptionKeeper } from '../socket/subscription-keeper.ts'
import { MalformedCount } from './malformed-count.ts'
import { readTrades } from './trade-frame.ts'
import { TradeTape } from './trade-tape.ts'

export interface TradeStreamParts extends SocketParts {
  readonly limits: HyperliquidOptions['limits']
  instrument(id: InstrumentId): Instrument | undefined
  emit(event: VenueEvent): void
}

/** How an instrument's stream is. `refused`: the venue drops the connection at its subscription. */
export type StreamState = 'unwanted' | 'waiting' | 'live' | 'refused'

interface Channel {
  readonly tape: TradeTape
  feeds: readonly Feed[]
  live: boolean
  /** It was live before, so that coming back is a reconnection. */
  returning: boolean
  /** Ends the wait for the replay that shows whether something was missed. */
  settle: Disposable | null
}

/**
 * Pushed every 5 s or so whatever the market does: tells a socket that went mute from a market that is quiet.
 */
const CANARY: WireSubscription = { type: 'allMids' }

/** Trades of many instruments over one socket. */
export class TradeStream {
  readonly #parts: TradeStreamParts
  readonly #socket: ReconnectingSocket
  readonly #keeper: SubscriptionKeeper
  readonly #malformed: MalformedCount
  readonly #channels = new Map<InstrumentId, Channel>()
  #wanted: readonly Subscription[] = []

  constructor(parts: TradeStreamParts) {
    this.#parts = parts
    this.#malformed = new MalformedCount(parts.clock, parts.logger)
    this.#socket = new ReconnectingSocket(parts, {
      onOpen: () => this.#keeper.onOpen(),
      onFrame: (frame) => this.#received(frame),
      onDown: (byPeer, since) => {
        this.#keeper.onDown(byPeer)
        this.#interrupted(since)
      },
    })
    this.#keeper = new SubscriptionKeeper({
      clock: parts.clock,
      logger: parts.logger,
      ackMs: parts.timing.ackMs,
      send: (message) => this.#socket.send(message),
      onSubscribed: (subscription) => this.#subscribed(subscription),
    })
  }

  /** Frames refused since the start. */
  get refusedFrames(): number {
    return this.#malformed.total
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#wanted = subscriptions
    this.reconsider()
    if (this.#wanted.length > 0) this.#socket.start()
  }

  /** Follows the list of instruments: what is wanted but was not listed may be now, and the other way round. */
  reconsider(): void {
    const feeds = feedsByInstrument(this.#wanted.filter(({ instrument }) => this.#isTradable(instrument)))
    for (const [id, channel] of this.#channels) {
      channel.feeds = feeds.get(id) ?? []
      // The tape stays: when the instrument is wanted again, it tells what was missed.
      if (channel.feeds.length === 0) this.#rest(channel)
    }
    for (const [id, wanted] of feeds) this.#channel(id).feeds = wanted
    const most = this.#parts.limits.subscriptions - 1
    if (feeds.size > most) this.#parts.logger.error('more instruments are wanted than the venue streams', { most })
    const streamed = [...feeds.keys()].slice(0, most).map(tradesOf)
    this.#keeper.want([CANARY, ...streamed])
  }

  stateOf(id: InstrumentId): StreamState {
    const channel = this.#channels.get(id)
    if (channel === undefined || channel.feeds.length === 0) return 'unwanted'
    if (this.#keeper.isRefused(tradesOf(id))) return 'refused'
    return channel.live ? 'live' : 'waiting'
  }

  stop(): void {
    this.#keeper.stop()
    this.#socket.stop()
    for (const channel of this.#channels.values()) this.#rest(channel)
  }

  #isTradable(id: InstrumentId): boolean {
    return this.#parts.instrument(id)?.status === 'trading'
  }

  #received(frame: Exclude<Frame, { kind: 'pong' }>): void {
    switch (frame.kind) {
      case 'ack':
        this.#keeper.onAck(frame.method, subscriptionKey(frame.subscription))
        break
      case 'error':
        this.#keeper.onError(frame.message)
        break
      case 'malformed':
        this.#malformed.add('?', 'not a message of the protocol')
        break
      case 'data':
        if (frame.channel === 'trades') this.#trades(frame.data)
        else this.#keeper.onData(subscriptionKey({ type: frame.channel }))
    }
  }

  #trades(data: unknown): void {
    const frame = readTrades(data)
    if (!frame.ok) {
      this.#malformed.add('trades', frame.why)
      // Whatever it held is missing now.
      for (const [id, { tape }] of this.#channels) if (frame.coin === null || frame.coin === id) tape.interrupt()
      return
    }
    for (const [coin, trades] of frame.byCoin) {
      const id = instrumentId(coin)
      const channel = this.#channels.get(id)
      if (channel === undefined || channel.feeds.length === 0) continue
      this.#keeper.onData(subscriptionKey(tradesOf(id)))
      const { fresh, gap } = channel.tape.accept(trades)
      if (gap !== null) this.#status(id, channel, { kind: 'gap', ...gap })
      if (channel.settle !== null) this.#live(id, channel)
      if (fresh.length > 0) {
        this.#parts.emit({ type: 'trades', instrument: id, feeds: channel.feeds, trades: fresh })
      }
    }
  }

  #subscribed({ type, coin }: WireSubscription): void {
    if (type !== 'trades' || coin === undefined) return
    const id = instrumentId(coin)
    const channel = this.#channel(id)
    if (channel.feeds.length === 0) return
    if (channel.returning) this.#status(id, channel, { kind: 'reconnected' })
    // With trades behind it, it is not live again before the replay has shown whether some were missed.
    if (channel.tape.lastTs === null) this.#live(id, channel)
    else channel.settle = this.#parts.clock.after(this.#parts.timing.ackMs, () => this.#live(id, channel))
  }

  #interrupted(since: number): void {
    for (const [id, channel] of this.#channels) {
      const wasLive = channel.live
      this.#rest(channel)
      if (wasLive) this.#status(id, channel, { kind: 'stale', since })
    }
  }

  #live(id: InstrumentId, channel: Channel): void {
    channel.settle?.[Symbol.dispose]()
    channel.settle = null
    channel.live = true
    channel.returning = true
    this.#status(id, channel, { kind: 'live' })
  }

  #rest(channel: Channel): void {
    channel.settle?.[Symbol.dispose]()
    channel.settle = null
    channel.live = false
    channel.tape.interrupt()
  }

  #status(instrument: InstrumentId, { feeds }: Channel, status: FeedStatus): void {
    this.#parts.emit({ type: 'feed-status', instrument, feeds, status, at: this.#parts.clock.now() })
  }

  #channel(id: InstrumentId): Channel {
    const known = this.#channels.get(id)
    if (known !== undefined) return known
    const channel: Channel = { tape: new TradeTape(), feeds: [], live: false, returning: false, settle: null }
    this.#channels.set(id, channel)
    return channel
  }
}

function tradesOf(coin: string): WireSubscription {
  return { type: 'trades', coin }
}

/** The feeds that want each instrument; those of the positions first, should there be more than the venue streams. */
function feedsByInstrument(subscriptions: readonly Subscription[]): ReadonlyMap<InstrumentId, readonly Feed[]> {
  const feeds = new Map<InstrumentId, Feed[]>()
  for (const first of ['trading', 'majors'] as const) {
    for (const { instrument, feed } of subscriptions) {
      if (feed !== first) continue
      const wanted = feeds.get(instrument) ?? []
      if (!wanted.includes(feed)) wanted.push(feed)
      feeds.set(instrument, wanted)
    }
  }
  return feeds
}
