import type { Clock, Connect, Connection, Logger, RateBudget } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import { backoffMs } from './backoff.ts'
import type { Frame, WireSubscription } from './frame.ts'
import { namedInError, readFrame, subscriptionKey } from './frame.ts'
import { SubscriptionSlots } from './subscription-slots.ts'

export interface SocketParts {
  readonly url: string
  readonly timing: HyperliquidOptions['timing']
  readonly connect: Connect
  readonly clock: Clock
  readonly logger: Logger
  /** New connections. */
  readonly connections: RateBudget
  /** Connections that are open at once. */
  readonly openConnections: RateBudget
  /** Messages sent. */
  readonly messages: RateBudget
  /** Subscriptions that exist at once. */
  readonly subscriptions: RateBudget
  /** `exit` draws on what the budgets keep for exits: for the account's own stream. Default `normal`. */
  readonly priority?: 'exit' | 'normal'
  /** In [0, 1), for the spread of reconnections. */
  readonly random: () => number
}

export interface SocketHandlers {
  onOpen(): void
  onFrame(frame: Exclude<Frame, { kind: 'pong' }>): void
  /** A message as it came, before it is read. Returns whether it was data and is done with. */
  onText?(text: string): boolean
  /**
   * The connection is gone; another one is on its way.
   * @param byPeer whether the venue (or the network) ended it, rather than this side.
   * @param since when the last data came, ms.
   */
  onDown(byPeer: boolean, since: number): void
}

/** What goes over the socket. */
interface SocketMessage {
  readonly method?: string
  readonly subscription?: WireSubscription
}

/** How long to wait for another connection to end when as many are open as may be, ms. */
const FULL_MS = 1000

/** One connection that is kept up: pinged when quiet, given up when it is mute, opened again until it is stopped. */
export class ReconnectingSocket {
  readonly #parts: SocketParts
  readonly #handlers: SocketHandlers
  readonly #stopped = new AbortController()
  #watch: Disposable | null = null
  #connection: Connection | null = null
  #attempt = 0
  #isOpen = false
  #openedAt = 0
  #lastFrameAt = 0
  #lastDataAt = 0
  #pingedAt: number | null = null
  #failures = 0
  /** Counted in the budget of open connections. */
  #isCounted = false
  readonly #slots: SubscriptionSlots

  constructor(parts: SocketParts, handlers: SocketHandlers) {
    this.#parts = parts
    this.#slots = new SubscriptionSlots(parts.subscriptions, parts.priority ?? 'normal')
    this.#handlers = handlers
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Subscriptions that it holds of the budget. */
  get subscriptions(): number {
    return this.#slots.held
  }

  /** When data last came, ms. */
  get lastDataAt(): number {
    return this.#lastDataAt
  }

  /** Ends the connection, which is replaced by another one. */
  reconnect(reason: string): void {
    if (this.#isOpen) this.#giveUp(reason)
  }

  start(): void {
    if (this.#watch !== null || this.#stopped.signal.aborted) return
    const { clock, timing } = this.#parts
    this.#watch = clock.every(Math.ceil(Math.min(timing.pingMs, timing.pongMs, timing.staleMs) / 3), () =>
      this.#check(),
    )
    void this.#open(0)
  }

  stop(): void {
    this.#stopped.abort()
    this.#watch?.[Symbol.dispose]()
    const connection = this.#connection
    this.#lose()
    connection?.close()
  }

  /** Sends within the budgets. `false`: nothing was sent, because it is not open or a budget is empty. */
  send(message: SocketMessage): boolean {
    const connection = this.#connection
    if (connection === null || !this.#isOpen) return false
    const { method, subscription } = message
    const isNew = method === 'subscribe' && subscription !== undefined && !this.#slots.has(subscription)
    if (isNew && !this.#slots.take(subscription)) return false
    if (this.#parts.messages.tryTake(1, method === 'ping' ? 'exit' : this.#priority)) {
      try {
        connection.send(JSON.stringify(message))
        return true
      } catch {
        // It is closing: that will be told.
      }
    }
    if (isNew) this.#slots.free(subscriptionKey(subscription))
    return false
  }

  get #priority(): 'exit' | 'normal' {
    return this.#parts.priority ?? 'normal'
  }

  async #open(delayMs: number): Promise<void> {
    const { clock, connections, openConnections, connect, url } = this.#parts
    const { signal } = this.#stopped
    try {
      if (delayMs > 0) await clock.sleep(delayMs, signal)
      await connections.take(1, this.#priority, signal)
      while (!openConnections.tryTake(1, this.#priority)) await clock.sleep(FULL_MS, signal)
    } catch {
      return
    }
    this.#isCounted = true
    if (signal.aborted) {
      this.#lose()
      return
    }
    this.#openedAt = clock.now()
    // A connection that was given up may still call back: only the current one is heard.
    this.#attempt += 1
    const attempt = this.#attempt
    const current = () => this.#attempt === attempt
    this.#connection = connect(url, {
      onOpen: () => {
        if (current()) this.#opened()
      },
      onMessage: (text) => {
        if (current()) this.#received(text)
      },
      onClose: (code, reason) => {
        if (current()) this.#down(true, `closed with ${code} ${reason}`.trim())
      },
    })
  }

  #opened(): void {
    const now = this.#parts.clock.now()
    this.#isOpen = true
    this.#openedAt = now
    this.#lastFrameAt = now
    this.#lastDataAt = now
    this.#pingedAt = null
    this.#handlers.onOpen()
  }

  #received(text: string): void {
    this.#lastFrameAt = this.#parts.clock.now()
    this.#pingedAt = null
    if (this.#handlers.onText?.(text) === true) {
      this.#lastDataAt = this.#lastFrameAt
      return
    }
    const frame = readFrame(text)
    if (frame.kind === 'pong') return
    const ended = endedBy(frame)
    if (ended !== null) this.#slots.free(ended)
    if (frame.kind === 'data') this.#lastDataAt = this.#lastFrameAt
    this.#handlers.onFrame(frame)
  }

  #check(): void {
    const { clock, timing } = this.#parts
    const now = clock.now()
    if (this.#connection === null) return
    if (!this.#isOpen) {
      if (now - this.#openedAt >= timing.requestMs) this.#giveUp('it does not open')
    } else if (this.#pingedAt !== null && now - this.#pingedAt >= timing.pongMs) {
      this.#giveUp('no pong')
    } else if (now - this.#lastDataAt >= timing.staleMs) {
      this.#giveUp(`no data for ${now - this.#lastDataAt} ms`)
    } else if (this.#pingedAt === null && now - this.#lastFrameAt >= timing.pingMs && this.send({ method: 'ping' })) {
      this.#pingedAt = now
    }
  }

  #giveUp(reason: string): void {
    const connection = this.#connection
    this.#down(false, reason)
    connection?.terminate()
  }

  #down(byPeer: boolean, reason: string): void {
    const { clock, timing, random, logger } = this.#parts
    const wasOpen = this.#isOpen
    // One that held for a while was fine: what comes now is a new trouble, not the same one going on.
    if (wasOpen && clock.now() - this.#openedAt >= timing.reconnectMaxMs) this.#failures = 0
    const delayMs = backoffMs({ minMs: timing.reconnectMinMs, maxMs: timing.reconnectMaxMs }, this.#failures, random())
    this.#failures += 1
    this.#lose()
    logger.warn('socket lost', { reason, reconnectInMs: delayMs })
    if (wasOpen) this.#handlers.onDown(byPeer, this.#lastDataAt)
    void this.#open(delayMs)
  }

  #lose(): void {
    this.#slots.freeAll()
    if (this.#isCounted) this.#parts.openConnections.release(1)
    this.#isCounted = false
    this.#attempt += 1
    this.#connection = null
    this.#isOpen = false
  }
}

/** Key of the subscription that a frame says does not exist any more. */
function endedBy(frame: Frame): string | null {
  if (frame.kind === 'ack') return frame.method === 'unsubscribe' ? subscriptionKey(frame.subscription) : null
  if (frame.kind !== 'error') return null
  const named = namedInError(frame.message)
  return named?.method === 'unsubscribe' ? named.key : null
}
