import type { Fill, VenueEvent } from '@portolan/core'
import { z } from 'zod'
import { MalformedCount } from '../market-data/malformed-count.ts'
import { addressText } from '../rest/decode.ts'
import type { Frame, WireSubscription } from '../socket/frame.ts'
import { subscriptionKey } from '../socket/frame.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts'
import { SubscriptionKeeper } from '../socket/subscription-keeper.ts'
import { fillShape, isOwnPerp, toFill } from './fill-shape.ts'
import type { OrderUpdate } from './order-update.ts'
import { orderUpdateShape, outcomeOfUpdate } from './order-update.ts'
import { RecentMap } from './recent-map.ts'

export interface AccountStreamParts extends SocketParts {
  /** The account, lower-case. */
  readonly address: string
  readonly emit: (event: VenueEvent) => void
}

// A snapshot has the 2000 most recent fills: all of them must be known again.
const REMEMBERED_FILLS = 8000
const REMEMBERED_ORDERS = 2000
/** Fills of a first snapshot from so long before the start are told too: they may be missing in what the runner read meanwhile. */
const OVERLAP_MS = 60_000
const DISTRUST_MS = 60_000

const userFillsShape = z.object({ isSnapshot: z.boolean().optional(), user: addressText, fills: z.array(fillShape) })

/**
 * Fills and order updates of one account, over a socket of its own: updates name no account, so that two on one socket could not be told
 * apart. Updates have no snapshot either; after an interruption the runner reads the account again.
 */
export class AccountStream {
  readonly #parts: AccountStreamParts
  readonly #socket: ReconnectingSocket
  readonly #keeper: SubscriptionKeeper
  readonly #malformed: MalformedCount
  readonly #seen = new RecentMap<string, true>(REMEMBERED_FILLS)
  readonly #fills = new RecentMap<string, readonly Fill[]>(REMEMBERED_ORDERS)
  /** Ends of orders of which the fills have not arrived yet. */
  readonly #ended = new RecentMap<string, OrderUpdate>(REMEMBERED_ORDERS)
  readonly #sealedIds = new RecentMap<string, string>(REMEMBERED_ORDERS)
  readonly #up = new Set<string>()
  #startedAt = 0
  #snapshots = 0
  #returning = false
  #distrustedAt = Number.NEGATIVE_INFINITY

  constructor(parts: AccountStreamParts) {
    this.#parts = parts
    this.#malformed = new MalformedCount(parts.clock, parts.logger)
    this.#socket = new ReconnectingSocket(parts, {
      onOpen: () => this.#keeper.onOpen(),
      onFrame: (frame) => this.#received(frame),
      onDown: (byPeer) => {
        this.#up.clear()
        this.#keeper.onDown(byPeer)
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

  start(): void {
    const user = this.#parts.address
    this.#startedAt = this.#parts.clock.now()
    // Mids come every few seconds, whether or not the account trades: without them a mute socket would go unnoticed.
    this.#keeper.want([{ type: 'userFills', user }, { type: 'orderUpdates', user }, { type: 'allMids' }])
    this.#socket.start()
  }

  stop(): void {
    this.#keeper.stop()
    this.#socket.stop()
  }

  #subscribed({ type }: WireSubscription): void {
    if (type !== 'userFills' && type !== 'orderUpdates') return
    this.#up.add(type)
    if (this.#up.size < 2) return
    if (this.#returning) this.#parts.emit({ type: 'account-reconnected' })
    this.#returning = true
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
        this.#refuse('?', 'not a message of the protocol')
        break
      case 'data':
        if (frame.channel === 'userFills') this.#userFills(frame.data)
        if (frame.channel === 'orderUpdates') this.#orderUpdates(frame.data)
    }
  }

  #userFills(data: unknown): void {
    const read = userFillsShape.safeParse(data)
    if (!read.success) {
      this.#refuse('userFills', read.error.message)
      return
    }
    const { user, isSnapshot, fills } = read.data
    if (user !== this.#parts.address) return
    const isFirst = isSnapshot === true && this.#snapshots === 0
    if (isSnapshot === true) this.#snapshots += 1
    const fresh = fills
      .filter((fill) => isOwnPerp(fill.coin))
      .map((fill) => toFill(fill, user, fill.cloid ?? this.#sealedIds.get(fill.oid) ?? null))
      .filter((fill) => !this.#seen.has(fill.id))
      .sort((a, b) => a.at - b.at)
    for (const fill of fresh) {
      this.#seen.set(fill.id, true)
      // History, which the runner reads by itself.
      if (isFirst && fill.at < this.#startedAt - OVERLAP_MS) continue
      this.#fills.set(fill.orderId, [...(this.#fills.get(fill.orderId) ?? []), fill])
      this.#parts.emit({ type: 'fill', fill })
      const ended = this.#ended.get(fill.orderId)
      if (ended !== undefined) this.#tell(ended)
    }
  }

  #orderUpdates(data: unknown): void {
    const read = z.array(orderUpdateShape).safeParse(data)
    if (!read.success) {
      this.#refuse('orderUpdates', read.error.message)
      return
    }
    for (const update of read.data) {
      if (update.order.cloid === null || !isOwnPerp(update.order.coin)) continue
      this.#sealedIds.set(update.order.oid, update.order.cloid)
      this.#tell(update)
    }
  }

  #tell(update: OrderUpdate): void {
    const { oid, cloid } = update.order
    if (cloid === null) return
    const outcome = outcomeOfUpdate(update, this.#fills.get(oid) ?? [])
    if (outcome === null) {
      this.#ended.set(oid, update)
      return
    }
    this.#ended.delete(oid)
    this.#parts.emit({ type: 'order', sealedId: cloid, outcome })
  }

  /** What a refused frame said is missing now, so that the account must be read again. */
  #refuse(channel: string, why: string): void {
    this.#malformed.add(channel, why.slice(0, 200))
    const now = this.#parts.clock.now()
    if (now - this.#distrustedAt < DISTRUST_MS) return
    this.#distrustedAt = now
    this.#parts.emit({ type: 'account-reconnected' })
  }
}
