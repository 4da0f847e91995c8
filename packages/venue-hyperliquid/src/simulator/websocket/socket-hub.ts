import type { EngineEvent } from '../engine/events.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { Audience, Kernel, Stretch } from '../kernel.ts'
import type { Limits } from '../limits.ts'
import { MinuteBudget } from '../limits.ts'
import type { VenueTrade } from '../market/venue-trade.ts'
import { marketTrades, mergeTrades, venueTrade } from '../market/venue-trade.ts'
import type { VenueRoutes } from '../rest/http-routes.ts'
import type { Timers } from '../timers.ts'
import type { ChannelContext } from './channel.ts'
import type { SocketLink } from './session.ts'
import { Session } from './session.ts'

export interface SocketHubParts {
  readonly kernel: Kernel
  readonly routes: VenueRoutes
  readonly faults: FaultPlan
  readonly limits: Limits
  readonly timers: Timers
  readonly idleCloseMs: number
  readonly onError: (error: unknown) => void
}

/** An open connection as its transport sees it. */
export interface OpenSocket {
  /** A text frame came in. */
  receive(text: string): void
  /** The transport says that it is gone. */
  closed(): void
}

/** All connections of the venue's `/ws`: accepts them within the limits, tells them what happens, and closes the silent ones. */
export class SocketHub implements Audience {
  readonly #parts: SocketHubParts
  readonly #sessions = new Set<Session>()
  readonly #connecting: MinuteBudget
  readonly #messages: MinuteBudget
  readonly #context: ChannelContext
  #stretch: Stretch | undefined
  #trades = new Map<string, readonly VenueTrade[]>()

  constructor(parts: SocketHubParts) {
    this.#parts = parts
    this.#connecting = new MinuteBudget(parts.limits.newConnectionsPerMinute)
    this.#messages = new MinuteBudget(parts.limits.messagesPerMinute)
    this.#context = { kernel: parts.kernel, trades: (coin, stretch) => this.#tradesOf(coin, stretch) }
  }

  /** Whether a peer may open one more connection; counts the attempt. */
  mayConnect(peer: string): boolean {
    if (this.#of(peer).length >= this.#parts.limits.connections) return false
    return this.#connecting.tryTake(peer, 1, this.#parts.kernel.clock.now())
  }

  /** A connection has been opened. */
  open(peer: string, link: SocketLink): OpenSocket {
    const { routes, faults, limits, timers } = this.#parts
    const session = new Session({
      link,
      peer,
      routes,
      faults,
      limits,
      timers,
      number: faults.nextSocket(),
      context: this.#context,
      messages: this.#messages,
      tally: {
        subscriptions: () => this.#of(peer).reduce((sum, other) => sum + other.subscriptionCount, 0),
        users: () => new Set(this.#of(peer).flatMap((other) => other.subscriptions.flatMap(userOf))),
      },
    })
    this.#sessions.add(session)
    return {
      receive: (text) => {
        try {
          session.receive(text)
        } catch (error) {
          this.#parts.onError(error)
          session.drop()
        }
      },
      closed: () => {
        session.end()
        this.#sessions.delete(session)
      },
    }
  }

  onStretch(stretch: Stretch): void {
    for (const session of this.#sessions) session.onStretch(stretch)
  }

  onEvents(events: readonly EngineEvent[]): void {
    for (const session of this.#sessions) session.onEvents(events)
  }

  /** Ends the connections to which nothing was sent for too long. */
  closeIdle(): void {
    const oldest = this.#parts.kernel.clock.wallNow() - this.#parts.idleCloseMs
    for (const session of this.#sessions) if (session.lastSentAt <= oldest) session.drop()
  }

  /** Ends every connection without a close frame. */
  dropAll(): void {
    for (const session of this.#sessions) session.drop()
  }

  /** Ends every connection with a close frame, as the venue does now and then. */
  expireAll(): void {
    for (const session of this.#sessions) session.expire()
  }

  #of(peer: string): Session[] {
    return [...this.#sessions].filter((session) => session.peer === peer)
  }

  #tradesOf(coin: string, stretch: Stretch): readonly VenueTrade[] {
    if (this.#stretch !== stretch) {
      this.#stretch = stretch
      this.#trades = new Map()
    }
    const known = this.#trades.get(coin)
    if (known !== undefined) return known
    const { market } = this.#parts.kernel.core
    const listed = market.listing(coin)?.delisted === false
    const own = listed ? marketTrades(market.coin(coin), market.seed, stretch.from, stretch.to) : []
    const printed = stretch.prints
      .filter((print) => print.coin === coin)
      .map((print) => venueTrade(market.coin(coin), print.trade))
    const trades = mergeTrades(own, printed)
    this.#trades.set(coin, trades)
    return trades
  }
}

function userOf(subscription: object): string[] {
  return 'user' in subscription && typeof subscription.user === 'string' ? [subscription.user] : []
}
