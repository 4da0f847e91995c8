import type { Clock, Connect, Connection, Logger, RateBudget } from '@portolan/core'
import { publicAddress } from '../../endpoints.ts'
import type { Timing } from '../../options/timing-options.ts'
import { backoffMs } from './backoff.ts'
import type { PubsubFrame } from './pubsub-frame.ts'
import { readPubsubFrame } from './pubsub-frame.ts'

/** A node's WebSocket address with the budgets of its host. */
export interface SocketEndpoint {
  readonly url: string
  /** New connections. */
  readonly connections: RateBudget
  /** Messages sent. */
  readonly messages: RateBudget
}

export interface SlotSocketParts {
  /** In order of preference. */
  readonly endpoints: readonly SocketEndpoint[]
  readonly timing: Timing
  readonly connect: Connect
  readonly clock: Clock
  readonly logger: Logger
  /** In [0, 1), for the spread of reconnections. */
  readonly random: () => number
}

export interface SlotSocketHandlers {
  onOpen(): void
  onFrame(frame: Exclude<PubsubFrame, { kind: 'slot' }>): void
  /**
   * The connection is gone; another one is on its way.
   * @param since when the slot last advanced, ms: nothing later is sure to have been received.
   */
  onDown(since: number): void
}

/** Request ids below this are the keeper's. */
const SLOT_REQUEST_ID = 1_000_000_000

/**
 * One connection to one of several nodes that is kept up. A half-open socket stays silent without an error, so the slot is watched: every node
 * announces it about three times a second, and one on which it does not advance is given up for the next.
 */
export class SlotSocket {
  readonly #parts: SlotSocketParts
  readonly #handlers: SlotSocketHandlers
  readonly #stopped = new AbortController()
  #watch: Disposable | null = null
  #connection: Connection | null = null
  #endpoint: SocketEndpoint | null = null
  #attempt = 0
  #isOpen = false
  #openedAt = 0
  #slot = -1
  #slotAt = 0
  #failures = 0

  constructor(parts: SlotSocketParts, handlers: SlotSocketHandlers) {
    this.#parts = parts
    this.#handlers = handlers
  }

  /** When the slot last advanced on the present connection, ms; `null` while there is none. */
  get slotAt(): number | null {
    return this.#isOpen && this.#slot >= 0 ? this.#slotAt : null
  }

  /** The latest slot on the present connection; 0 before the first. */
  get slot(): number {
    return Math.max(0, this.#slot)
  }

  start(): void {
    if (this.#watch !== null || this.#stopped.signal.aborted || this.#parts.endpoints.length === 0) return
    const { clock, timing } = this.#parts
    this.#watch = clock.every(Math.max(1, Math.ceil(timing.slotStaleMs / 4)), () => this.#check())
    void this.#open(0)
  }

  stop(): void {
    this.#stopped.abort()
    this.#watch?.[Symbol.dispose]()
    const connection = this.#connection
    this.#lose()
    connection?.close()
  }

  /** Sends within the message budget. `false`: nothing was sent, because it is not open or the budget is empty. */
  send(message: object): boolean {
    const connection = this.#connection
    if (connection === null || !this.#isOpen || this.#endpoint?.messages.tryTake(1, 'normal') !== true) return false
    try {
      connection.send(JSON.stringify({ jsonrpc: '2.0', ...message }))
      return true
    } catch {
      return false
    }
  }

  async #open(delayMs: number): Promise<void> {
    const { clock, endpoints, connect } = this.#parts
    const { signal } = this.#stopped
    const endpoint = endpoints[this.#failures % endpoints.length]
    if (endpoint === undefined) return
    try {
      if (delayMs > 0) await clock.sleep(delayMs, signal)
      await endpoint.connections.take(1, 'normal', signal)
    } catch {
      return
    }
    if (signal.aborted) return
    this.#openedAt = clock.now()
    this.#endpoint = endpoint
    // A connection that was given up may still call back: only the current one is heard.
    this.#attempt += 1
    const attempt = this.#attempt
    const current = () => this.#attempt === attempt
    this.#connection = connect(endpoint.url, {
      onOpen: () => {
        if (current()) this.#opened()
      },
      onMessage: (text) => {
        if (current()) this.#received(text)
      },
      onClose: (code) => {
        // The reason may quote the address, which may hold a key.
        if (current()) this.#down(`closed with ${code}`)
      },
    })
  }

  #opened(): void {
    this.#isOpen = true
    this.#slot = -1
    this.#openedAt = this.#parts.clock.now()
    this.#slotAt = this.#openedAt
    this.send({ id: SLOT_REQUEST_ID, method: 'slotSubscribe', params: [] })
    this.#handlers.onOpen()
  }

  #received(text: string): void {
    const frame = readPubsubFrame(text)
    if (frame.kind === 'slot') {
      if (frame.slot <= this.#slot) return
      this.#slot = frame.slot
      this.#slotAt = this.#parts.clock.now()
    } else if ('id' in frame && frame.id === SLOT_REQUEST_ID) {
      if (frame.kind === 'error') this.#giveUp(`it announces no slots: ${frame.message}`)
    } else {
      this.#handlers.onFrame(frame)
    }
  }

  #check(): void {
    const { clock, timing } = this.#parts
    const now = clock.now()
    if (this.#connection === null) return
    if (!this.#isOpen) {
      if (now - this.#openedAt >= timing.requestMs) this.#giveUp('it does not open')
    } else if (now - this.#slotAt >= timing.slotStaleMs) {
      this.#giveUp(`the slot has not advanced for ${now - this.#slotAt} ms`)
    }
  }

  #giveUp(reason: string): void {
    const connection = this.#connection
    this.#down(reason)
    connection?.terminate()
  }

  #down(reason: string): void {
    const { clock, timing, random, logger } = this.#parts
    const wasOpen = this.#isOpen
    const node = this.#endpoint === null ? null : publicAddress(this.#endpoint.url)
    // One that held for a while was fine: what comes now is a new trouble, and its node is tried again first.
    if (wasOpen && clock.now() - this.#openedAt >= timing.reconnectMaxMs) this.#failures = -1
    this.#failures += 1
    const delayMs = backoffMs(
      { minMs: timing.reconnectMinMs, maxMs: timing.reconnectMaxMs },
      Math.max(0, this.#failures - 1),
      random(),
    )
    const since = this.#slotAt
    this.#lose()
    logger.warn('socket lost', { node, reason, reconnectInMs: delayMs })
    if (wasOpen) this.#handlers.onDown(since)
    void this.#open(delayMs)
  }

  #lose(): void {
    this.#attempt += 1
    this.#connection = null
    this.#isOpen = false
  }
}
