import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { EngineEvent } from '../engine/events.ts'
import type { FaultPlan } from '../faults.ts'
import type { Audience, Kernel, Stretch } from '../kernel.ts'
import type { Limits } from '../limits.ts'
import { MinuteBudget } from '../limits.ts'
import type { VenueTrade } from '../market/venue-trade.ts'
import { marketTrades, mergeTrades, venueTrade } from '../market/venue-trade.ts'
import type { VenueRoutes } from '../rest/http-routes.ts'
import type { ChannelContext } from './channel.ts'
import { Session } from './session.ts'

export interface SocketHubParts {
  readonly kernel: Kernel
  readonly routes: VenueRoutes
  readonly faults: FaultPlan
  readonly limits: Limits
  readonly idleCloseMs: number
  readonly onError: (error: unknown) => void
}

/** All connections of the venue's `/ws`: accepts them within the limits, tells them what happens, and closes the silent ones. */
export class SocketHub implements Audience {
  readonly #parts: SocketHubParts
  // No permessage-deflate: the venue does not offer it.
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
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

  /** Takes over an HTTP connection that wants to become a socket. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const peer = request.socket.remoteAddress ?? ''
    const { pathname } = new URL(request.url ?? '/', 'http://simulator')
    const refusal = pathname !== '/ws' ? '404 Not Found' : this.#mayConnect(peer) ? undefined : '429 Too Many Requests'
    if (refusal === undefined)
      this.#server.handleUpgrade(request, connection, head, (socket) => this.#accept(socket, peer))
    else refuse(connection, refusal)
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

  #mayConnect(peer: string): boolean {
    if (this.#of(peer).length >= this.#parts.limits.connections) return false
    return this.#connecting.tryTake(peer, 1, this.#parts.kernel.clock.now())
  }

  #accept(socket: WebSocket, peer: string): void {
    const { routes, faults, limits } = this.#parts
    const session = new Session({
      socket,
      peer,
      routes,
      faults,
      limits,
      context: this.#context,
      messages: this.#messages,
      tally: {
        subscriptions: () => this.#of(peer).reduce((sum, other) => sum + other.subscriptions.length, 0),
        users: () => new Set(this.#of(peer).flatMap((other) => other.subscriptions.flatMap(userOf))),
      },
    })
    this.#sessions.add(session)
    socket.on('message', (data: Buffer) => {
      try {
        session.receive(data.toString('utf8'))
      } catch (error) {
        this.#parts.onError(error)
        session.drop()
      }
    })
    socket.on('close', () => this.#sessions.delete(session))
    socket.on('error', () => socket.terminate())
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

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
