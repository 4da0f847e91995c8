import type { InstrumentId } from '@portolan/core'
import { OWN_DEX } from '../instruments/dex.ts'
import type { Frame, WireSubscription } from '../socket/frame.ts'
import { subscriptionKey } from '../socket/frame.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts'
import type { RecentSubscription } from '../socket/subscription-keeper.ts'
import { SubscriptionKeeper } from '../socket/subscription-keeper.ts'
import { Cadence } from './cadence.ts'

export interface StreamLineParts extends SocketParts {
  readonly onTrades: (data: unknown) => void
  /** A message as it came. Returns whether it was one of trades, and was taken. */
  readonly onText: (text: string) => boolean
  /** Returns what is wrong with it, or `null`. */
  readonly onMids: (data: unknown) => string | null
  readonly onSubscribed: (coin: string) => void
  readonly onDown: (line: StreamLine, end: LineEnd) => void
  /** A subscription that is never answered while others are. */
  readonly onNeverAnswered: (coin: string) => void
  /** A frame was refused. @param text what could not be read at all; `null` when it was a message. */
  readonly onRefused: (channel: string, why: string, text: string | null) => void
}

/** How a connection ended. */
export interface LineEnd {
  /** When data last came, ms. */
  readonly since: number
  /** What was subscribed just before, where that may be the reason. */
  readonly suspects: readonly RecentSubscription[]
  /** Coins that were subscribed for long enough to be beyond suspicion. */
  readonly established: readonly string[]
}

/** Mids come at regular times: so many of their pauses are a silence. */
const MIDS_MEANS = 3
const UNANSWERED_TO_REFUSE = 3

/**
 * One connection that carries the trades of many coins, and the mids by which their silence is judged. Mids are pushed every 5 s or so whatever the market does:
 * without them the connection itself is mute. It is then asked first, by subscribing to them anew, and replaced when that changes nothing.
 */
export class StreamLine {
  readonly #parts: StreamLineParts
  readonly #socket: ReconnectingSocket
  readonly #keeper: SubscriptionKeeper
  readonly #midsCadence = new Cadence(MIDS_MEANS)
  #coins: ReadonlySet<InstrumentId> = new Set()
  #dexes: readonly string[] = []
  /** When mids last came over this connection, ms; `null` before the first. */
  #midsAt: number | null = null
  /** When they were asked for because they did not come, ms. */
  #askedAt: number | null = null
  #answeredAt = 0

  constructor(parts: StreamLineParts) {
    this.#parts = parts
    const { clock, logger, timing } = parts
    this.#socket = new ReconnectingSocket(parts, {
      onOpen: () => this.#keeper.onOpen(),
      onFrame: (frame) => this.#received(frame),
      onText: parts.onText,
      onDown: (byPeer, since) => this.#down(byPeer, since),
    })
    this.#keeper = new SubscriptionKeeper({
      clock,
      logger,
      ackMs: timing.ackMs,
      send: (message) => this.#socket.send(message),
      onSubscribed: ({ type, coin }) => {
        if (type === 'trades' && coin !== undefined) parts.onSubscribed(coin)
      },
      onUnanswered: (subscription, method, times) => this.#unanswered(subscription, method, times),
    })
  }

  get coins(): ReadonlySet<InstrumentId> {
    return this.#coins
  }

  /** Subscriptions that it holds of the budget. */
  get subscriptions(): number {
    return this.#socket.subscriptions
  }

  /** Whether its mids arrive, so that they can be relied on. */
  get hasMids(): boolean {
    return this.#midsAt !== null && this.#askedAt === null
  }

  /** @param dexes of which the mids are wanted. */
  want(coins: readonly InstrumentId[], dexes: readonly string[]): void {
    this.#coins = new Set(coins)
    this.#dexes = dexes
    this.#keeper.want([...dexes.map(midsOf), ...coins.map(tradesOf)])
    this.#socket.start()
  }

  /** Begins the stream of a coin anew. */
  resubscribe(coin: InstrumentId): void {
    this.#keeper.resubscribe(tradesOf(coin))
  }

  reconnect(reason: string): void {
    this.#socket.reconnect(reason)
  }

  onData(coin: string): void {
    this.#keeper.onData(subscriptionKey(tradesOf(coin)))
  }

  /** Looks whether mids still come. Before the first of a connection nothing is expected: another check ends one that is mute from the start. */
  check(): void {
    const { clock, timing } = this.#parts
    if (!this.#socket.isOpen || this.#midsAt === null) return
    const now = clock.now()
    const patience = Math.min(this.#midsCadence.patienceMs(timing), timing.staleMs)
    if (now - this.#midsAt <= patience) return
    if (this.#askedAt === null) {
      this.#askedAt = now
      for (const dex of this.#dexes) this.#keeper.resubscribe(midsOf(dex))
    } else if (now - this.#askedAt > patience) {
      // Trades that still come show that the connection is not what is wrong.
      if (this.#socket.lastDataAt <= this.#askedAt) this.#socket.reconnect(`no mids for ${now - this.#midsAt} ms`)
      else this.#askedAt = null
    }
  }

  stop(): void {
    this.#keeper.stop()
    this.#socket.stop()
  }

  #received(frame: Exclude<Frame, { kind: 'pong' }>): void {
    switch (frame.kind) {
      case 'ack':
        this.#answeredAt = this.#parts.clock.now()
        this.#keeper.onAck(frame.method, subscriptionKey(frame.subscription))
        break
      case 'error':
        this.#keeper.onError(frame.message)
        break
      case 'malformed':
        this.#parts.onRefused('?', 'not a message of the protocol', frame.text)
        break
      case 'data':
        this.#data(frame.channel, frame.data)
    }
  }

  #data(channel: string, data: unknown): void {
    if (channel === 'trades') this.#parts.onTrades(data)
    else if (channel === 'allMids') this.#mids(data)
    else this.#parts.onRefused(channel.slice(0, 40), 'a channel that was not asked for', null)
  }

  #mids(data: unknown): void {
    const why = this.#parts.onMids(data)
    if (why !== null) {
      this.#parts.onRefused('allMids', why, null)
      return
    }
    const now = this.#parts.clock.now()
    this.#midsAt = now
    this.#askedAt = null
    this.#midsCadence.observe(now)
    for (const dex of this.#dexes) this.#keeper.onData(subscriptionKey(midsOf(dex)))
  }

  #down(byPeer: boolean, since: number): void {
    const { suspicionMs } = this.#parts.timing
    const isTrade = ({ type }: WireSubscription): boolean => type === 'trades'
    const suspects = this.#keeper.recent(suspicionMs).filter(({ subscription }) => isTrade(subscription))
    const established = this.#keeper.established(suspicionMs).filter(isTrade)
    this.#keeper.onDown()
    this.#midsAt = null
    this.#askedAt = null
    this.#parts.onDown(this, {
      since,
      suspects: byPeer ? suspects : [],
      established: established.flatMap(({ coin }) => coin ?? []),
    })
  }

  #unanswered({ type, coin }: WireSubscription, method: 'subscribe' | 'unsubscribe', times: number): void {
    if (method === 'unsubscribe') {
      // That is how a silence is looked into: no answer is one, too.
      this.#socket.reconnect('it answers no more')
      return
    }
    if (times < UNANSWERED_TO_REFUSE) return
    const { clock, timing } = this.#parts
    const answersOthers = clock.now() - this.#answeredAt < UNANSWERED_TO_REFUSE * timing.ackMs
    if (!answersOthers) this.#socket.reconnect('it answers no subscription')
    else if (type === 'trades' && coin !== undefined) this.#parts.onNeverAnswered(coin)
  }
}

/** The subscription to an instrument's trades. */
export function tradesOf(coin: string): WireSubscription {
  return { type: 'trades', coin }
}

function midsOf(dex: string): WireSubscription {
  return dex === OWN_DEX ? { type: 'allMids' } : { type: 'allMids', dex }
}
