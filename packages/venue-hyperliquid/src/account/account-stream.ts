import type { Fill, FundingPayment, VenueEvent } from '@portolan/core'
import { RefusedCount } from '@portolan/core'
import type { VenueTime } from '../execution/venue-time.ts'
import type { DexChoice } from '../instruments/dex.ts'
import type { Frame, WireSubscription } from '../socket/frame.ts'
import { subscriptionKey } from '../socket/frame.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts'
import { SubscriptionKeeper } from '../socket/subscription-keeper.ts'
import type { OrderUpdate } from './account-frames.ts'
import { accountFrames } from './account-frames.ts'
import type { VenueFill } from './fill-shape.ts'
import { toFill } from './fill-shape.ts'
import { outcomeOfUpdate } from './order-update.ts'
import { RecentMap } from './recent-map.ts'

export interface AccountStreamParts extends SocketParts {
  /** The account, lower-case. */
  readonly address: string
  /** Dexes that are traded beside the venue's own. */
  readonly dexes: DexChoice
  readonly time: VenueTime
  readonly emit: (event: VenueEvent) => void
}

// A snapshot has the 2000 most recent fills: all of them must be known again.
const REMEMBERED_FILLS = 8000
const REMEMBERED_PAYMENTS = 8000
const REMEMBERED_ORDERS = 2000
/** Fills of a first snapshot from so long before the start are told too: they may be missing in what the runner read meanwhile. */
const OVERLAP_MS = 60_000
const DISTRUST_MS = 60_000

/**
 * Fills, funding and order updates of one account, over a socket of its own: updates name no account, so that two on one socket could not be told
 * apart. Updates have no snapshot either; after an interruption the runner reads the account again. Fills of TWAP orders, which are not among the others,
 * come on a channel of their own.
 */
export class AccountStream {
  readonly #parts: AccountStreamParts
  readonly #socket: ReconnectingSocket
  readonly #keeper: SubscriptionKeeper
  readonly #malformed: RefusedCount
  readonly #frames: ReturnType<typeof accountFrames>
  readonly #seen = new RecentMap<string, true>(REMEMBERED_FILLS)
  readonly #fills = new RecentMap<string, readonly Fill[]>(REMEMBERED_ORDERS)
  /** Ends of orders of which the fills have not arrived yet. */
  readonly #ended = new RecentMap<string, OrderUpdate>(REMEMBERED_ORDERS)
  readonly #sealedIds = new RecentMap<string, string>(REMEMBERED_ORDERS)
  readonly #payments = new RecentMap<string, true>(REMEMBERED_PAYMENTS)
  readonly #up = new Set<string>()
  #startedAt = 0
  /** Channels of which the first snapshot has come. */
  readonly #begun = new Set<string>()
  #returning = false
  #distrustedAt = Number.NEGATIVE_INFINITY

  constructor(parts: AccountStreamParts) {
    this.#parts = parts
    this.#frames = accountFrames(parts.dexes)
    this.#malformed = new RefusedCount(parts.clock, parts.logger)
    // Market data may not keep the account from being heard.
    this.#socket = new ReconnectingSocket(
      { ...parts, priority: 'exit' },
      {
        onOpen: () => this.#keeper.onOpen(),
        onFrame: (frame) => this.#received(frame),
        onDown: () => {
          this.#up.clear()
          this.#keeper.onDown()
        },
      },
    )
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
    const ofUser = (['userFills', 'orderUpdates', 'userFundings', 'userTwapSliceFills'] as const).map((type) => ({
      type,
      user,
    }))
    this.#keeper.want([...ofUser, { type: 'allMids' }])
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
        this.#data(frame.channel, frame.data)
    }
  }

  #data(channel: string, data: unknown): void {
    switch (channel) {
      case 'userFills':
      case 'userTwapSliceFills': {
        const read = this.#frames[channel].safeParse(data)
        if (!read.success) this.#refuse(channel, read.error.message)
        else if (!read.data.fills.every(({ time }) => this.#parts.time.isPlausible(time)))
          this.#refuse(channel, 'a fill of a time that is not yet')
        else if (this.#isOurs(read.data.user)) this.#fillsCame(read.data.fills, this.#isFirst(channel, read.data))
        break
      }
      case 'userFundings': {
        const read = this.#frames.userFundings.safeParse(data)
        if (!read.success) this.#refuse(channel, read.error.message)
        else if (!read.data.payments.every(({ at }) => this.#parts.time.isPlausible(at)))
          this.#refuse(channel, 'a payment of a time that is not yet')
        else if (this.#isOurs(read.data.user)) this.#paymentsCame(read.data.payments, this.#isFirst(channel, read.data))
        break
      }
      case 'orderUpdates': {
        const read = this.#frames.orderUpdates.safeParse(data)
        if (!read.success) this.#refuse(channel, read.error.message)
        else this.#ordersChanged(read.data)
        break
      }
      case 'allMids':
        break
      default:
        // It says nothing about the account.
        this.#malformed.add(channel.slice(0, 40), 'a channel that was not asked for')
    }
  }

  #isOurs(user: string): boolean {
    return user.toLowerCase() === this.#parts.address
  }

  /** Whether this is the first snapshot of a channel: most of it is history. */
  #isFirst(channel: string, { isSnapshot }: { readonly isSnapshot?: boolean | undefined }): boolean {
    if (isSnapshot !== true || this.#begun.has(channel)) return false
    this.#begun.add(channel)
    return true
  }

  /** History is what the runner reads by itself. */
  #isHistory(at: number): boolean {
    return at < this.#startedAt - OVERLAP_MS
  }

  #fillsCame(fills: readonly VenueFill[], isFirst: boolean): void {
    const fresh = fills
      .map((fill) => toFill(fill, this.#parts.address, fill.cloid ?? this.#sealedIds.get(fill.oid) ?? null))
      .sort((a, b) => a.at - b.at)
    for (const fill of fresh) {
      if (this.#seen.has(fill.id)) continue
      this.#seen.set(fill.id, true)
      if (isFirst && this.#isHistory(fill.at)) continue
      this.#fills.set(fill.orderId, [...(this.#fills.get(fill.orderId) ?? []), fill])
      this.#parts.emit({ type: 'fill', fill })
      const ended = this.#ended.get(fill.orderId)
      if (ended !== undefined) this.#tell(ended)
    }
  }

  #paymentsCame(payments: readonly FundingPayment[], isFirst: boolean): void {
    for (const payment of [...payments].sort((a, b) => a.at - b.at)) {
      if (this.#payments.has(payment.id)) continue
      this.#payments.set(payment.id, true)
      if (!(isFirst && this.#isHistory(payment.at))) this.#parts.emit({ type: 'funding', payment })
    }
  }

  #ordersChanged(updates: readonly OrderUpdate[]): void {
    for (const update of updates) {
      if (update.order.cloid === null) continue
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
