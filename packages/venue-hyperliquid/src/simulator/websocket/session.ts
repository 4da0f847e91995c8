import type { EngineEvent } from '../engine/events.ts'
import type { Json } from '../exchange/codec.ts'
import { isObject } from '../exchange/codec.ts'
import { corrupted, halfOf } from '../faults/damage.ts'
import type { FrameFault } from '../faults/fault.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import { isDex } from '../info/info-context.ts'
import type { Stretch } from '../kernel.ts'
import type { Limits, MinuteBudget } from '../limits.ts'
import type { VenueRoutes } from '../rest/http-routes.ts'
import type { Timers } from '../timers.ts'
import type { Channel, ChannelContext, Frame } from './channel.ts'
import { coinsOf } from './frame-coins.ts'
import { makeChannel } from './make-channel.ts'
import { answerPost } from './post.ts'
import type { Subscription } from './subscription.ts'
import { parseSubscription } from './subscription.ts'

/** Frames that answer something. */
const ANSWERS: ReadonlySet<string> = new Set(['subscriptionResponse', 'post', 'error'])

/** What the sessions of one peer share. */
interface PeerTally {
  /** Subscriptions of all its sockets. */
  subscriptions(): number
  users(): ReadonlySet<string>
}

/** The way to the client, whatever carries it. */
export interface SocketLink {
  isOpen(): boolean
  send(text: string): void
  /** Ends it with a close frame. */
  close(code: number, reason: string): void
  /** Ends it without a close frame: the client sees 1006. */
  terminate(): void
}

export interface SessionParts {
  readonly link: SocketLink
  /** Running number among all connections. */
  readonly number: number
  readonly timers: Timers
  readonly peer: string
  readonly context: ChannelContext
  readonly routes: VenueRoutes
  readonly faults: FaultPlan
  readonly limits: Limits
  readonly messages: MinuteBudget
  readonly tally: PeerTally
}

/** One connection: what it has subscribed to, and what it says. */
export class Session {
  readonly #parts: SessionParts
  readonly #channels = new Map<string, { readonly subscription: Subscription; readonly channel: Channel }>()
  #held: string | undefined
  #pendingPosts = 0
  /** Wall ms of the last frame that was sent. */
  lastSentAt: number

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.lastSentAt = parts.context.kernel.clock.wallNow()
  }

  get peer(): string {
    return this.#parts.peer
  }

  get subscriptionCount(): number {
    return this.#channels.size
  }

  get subscriptions(): Subscription[] {
    return [...this.#channels.values()].map(({ subscription }) => subscription)
  }

  /** Ends the connection without a close frame, as the venue does: the client sees 1006. */
  drop(): void {
    this.end()
    this.#parts.link.terminate()
  }

  /** Ends the connection in good order. */
  expire(): void {
    this.end()
    this.#parts.link.close(1000, 'Expired')
  }

  /** Nothing more will be sent. */
  end(): void {
    this.#channels.clear()
  }

  onStretch(stretch: Stretch): void {
    for (const { channel } of this.#channels.values()) this.#sendAll(channel.onStretch?.(stretch) ?? [])
  }

  onEvents(events: readonly EngineEvent[]): void {
    for (const event of events) {
      for (const { channel } of this.#channels.values()) this.#sendAll(channel.onEvent?.(event) ?? [])
    }
  }

  /** A text frame came in. */
  receive(text: string): void {
    const { messages, peer, context } = this.#parts
    if (!messages.tryTake(peer, 1, context.kernel.clock.now())) {
      this.drop()
      return
    }
    const error = this.#handle(text)
    if (error !== undefined) this.#send({ channel: 'error', data: error })
  }

  /** Carries out a message. Returns the error to be sent, if any: the connection survives it. */
  #handle(text: string): string | undefined {
    const message = parsed(text)
    if (!isObject(message)) return unparsable(text)
    switch (message.method) {
      case 'ping':
        this.#send({ channel: 'pong' })
        return undefined
      case 'subscribe':
        return this.#subscribe(message.subscription, text)
      case 'unsubscribe':
        return this.#unsubscribe(message.subscription, text)
      case 'post':
        return this.#post(message, text)
      default:
        return unparsable(text)
    }
  }

  #subscribe(wanted: unknown, text: string): string | undefined {
    const { limits, tally, context } = this.#parts
    const subscription = parseSubscription(wanted)
    if (subscription === 'unparsable') return unparsable(text)
    if (subscription === 'fatal' || !this.#isKnown(subscription)) {
      // An unknown coin ends the connection and every subscription on it, without a word.
      this.drop()
      return undefined
    }
    const key = JSON.stringify(subscription)
    if (this.#channels.has(key)) return `Already subscribed: ${key}`
    if (tally.subscriptions() >= limits.subscriptions) {
      return `Cannot subscribe to more than ${limits.subscriptions} channels.`
    }
    if ('user' in subscription) {
      const users = tally.users()
      if (!users.has(subscription.user) && users.size >= limits.users) {
        // The venue's own text names one more than it tracks.
        return `Cannot track more than ${limits.users + 1} total users.`
      }
      context.kernel.access.mention(subscription.user)
    }
    context.kernel.catchUp()
    const channel = makeChannel(context, subscription)
    this.#acknowledge('subscribe', subscription)
    this.#sendAll(channel.open())
    this.#channels.set(key, { subscription, channel })
    return undefined
  }

  #unsubscribe(wanted: unknown, text: string): string | undefined {
    const subscription = parseSubscription(wanted)
    if (typeof subscription === 'string') return unparsable(text)
    const key = JSON.stringify(subscription)
    if (!this.#channels.delete(key)) return `Already unsubscribed: ${key}`
    this.#acknowledge('unsubscribe', subscription)
    return undefined
  }

  #post(message: Json, text: string): string | undefined {
    const { id, request } = message
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || !isObject(request)) return unparsable(text)
    if (this.#pendingPosts >= this.#parts.limits.pendingPosts) return `Too many pending post requests id=${id}`
    this.#pendingPosts += 1
    answerPost(this.#parts.routes, request, this.#parts.peer)
      .then((response) => {
        if (response === 'unparsable') this.#send({ channel: 'error', data: unparsable(text) })
        else if (response !== 'lost') this.#send({ channel: 'post', data: { id, response } })
      })
      .catch(() => this.drop())
      .finally(() => {
        this.#pendingPosts -= 1
      })
    return undefined
  }

  #isKnown(subscription: Subscription): boolean {
    if ('dex' in subscription && subscription.dex !== undefined && !isDex(subscription.dex)) return false
    return !('coin' in subscription) || this.#parts.context.kernel.core.market.listing(subscription.coin) !== undefined
  }

  #acknowledge(method: 'subscribe' | 'unsubscribe', subscription: Subscription): void {
    this.#send({ channel: 'subscriptionResponse', data: { method, subscription } })
  }

  #sendAll(frames: readonly Frame[]): void {
    for (const frame of frames) this.#send(frame)
  }

  #send(frame: Frame): void {
    const text = JSON.stringify(frame)
    const fault = this.#faultFor(frame)
    switch (fault?.kind) {
      case 'stalled-socket':
      case 'lost-frame':
        return
      case 'reorder-frames':
        this.#held = text
        return
      case 'delayed-frame':
        this.#parts.timers.after(fault.ms ?? 1000, () => this.#write(text))
        return
      case 'drop-socket':
        this.drop()
        return
      case 'half-frame':
        this.#write(halfOf(text))
        return
      case 'corrupt-frame':
        this.#write(corrupted(text))
        return
      case 'duplicate-frame':
        this.#write(text)
        break
      case undefined:
        break
    }
    this.#write(text)
    if (this.#held === undefined) return
    this.#write(this.#held)
    this.#held = undefined
  }

  #faultFor(frame: Frame): FrameFault | undefined {
    if (frame.channel === 'pong') return undefined
    const { faults, number } = this.#parts
    const isData = !ANSWERS.has(frame.channel)
    return faults.forFrame({ channel: frame.channel, isData, socket: number, coins: () => coinsOf(frame) })
  }

  #write(text: string): void {
    const { link, context } = this.#parts
    if (!link.isOpen()) return
    this.lastSentAt = context.kernel.clock.wallNow()
    link.send(text)
  }
}

function unparsable(text: string): string {
  return `Error parsing JSON into valid websocket request: ${text}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
