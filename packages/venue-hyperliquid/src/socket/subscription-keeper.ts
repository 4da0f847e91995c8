import type { Clock, Logger } from '@portolan/core'
import type { WireSubscription } from './frame.ts'
import { namedInError, subscriptionKey } from './frame.ts'

export interface KeeperParts {
  readonly clock: Clock
  readonly logger: Logger
  /** How long an acknowledgement may take, ms. */
  readonly ackMs: number
  /** `false` when it cannot be sent now. */
  send(message: { readonly method: string; readonly subscription: WireSubscription }): boolean
  onSubscribed(subscription: WireSubscription): void
  /** The venue has not answered a request about it, for the nth time in a row. It is asked again. */
  onUnanswered?(subscription: WireSubscription, method: 'subscribe' | 'unsubscribe', times: number): void
}

/** A subscription that was asked for not long ago. */
export interface RecentSubscription {
  readonly subscription: WireSubscription
  readonly acknowledged: boolean
}

interface Entry {
  readonly key: string
  readonly subscription: WireSubscription
  wanted: boolean
  phase: 'off' | 'subscribing' | 'on' | 'unsubscribing'
  /** When it was last asked for, ms. */
  sentAt: number
  unanswered: number
}

const RETRY_MS = 250
/** Errors are told no more often. */
const TELL_MS = 60_000

/** Keeps the subscriptions of one connection equal to what is wanted, whatever becomes of connections, requests and answers. */
export class SubscriptionKeeper {
  readonly #parts: KeeperParts
  readonly #entries = new Map<string, Entry>()
  #isUp = false
  #retry: Disposable | null = null
  #errors = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** The whole set that is wanted from now on, the most urgent first. */
  want(subscriptions: readonly WireSubscription[]): void {
    for (const entry of this.#entries.values()) entry.wanted = false
    for (const subscription of subscriptions) {
      const key = subscriptionKey(subscription)
      const entry = this.#entries.get(key)
      if (entry === undefined) {
        this.#entries.set(key, { key, subscription, wanted: true, phase: 'off', sentAt: 0, unanswered: 0 })
      } else entry.wanted = true
    }
    this.#reconcile()
  }

  /** Whether all that is wanted is acknowledged. */
  get isSettled(): boolean {
    return [...this.#entries.values()].every(({ wanted, phase }) => (wanted ? phase === 'on' : phase === 'off'))
  }

  /** What was asked for within the last so many ms, in the order of asking. */
  recent(withinMs: number): readonly RecentSubscription[] {
    const since = this.#parts.clock.now() - withinMs
    return [...this.#entries.values()]
      .filter(({ phase, sentAt }) => phase !== 'off' && phase !== 'unsubscribing' && sentAt >= since)
      .sort((a, b) => a.sentAt - b.sentAt)
      .map(({ subscription, phase }) => ({ subscription, acknowledged: phase === 'on' }))
  }

  /** What has stood for longer than so many ms. */
  established(forMs: number): readonly WireSubscription[] {
    const since = this.#parts.clock.now() - forMs
    return [...this.#entries.values()]
      .filter(({ phase, sentAt }) => phase === 'on' && sentAt < since)
      .map(({ subscription }) => subscription)
  }

  /** Takes one down and puts it up again: the venue then starts its stream anew. */
  resubscribe(subscription: WireSubscription): void {
    const entry = this.#entries.get(subscriptionKey(subscription))
    if (entry?.phase === 'on' && this.#isUp) this.#ask('unsubscribe', entry)
  }

  onOpen(): void {
    this.#isUp = true
    this.#reconcile()
  }

  onDown(): void {
    this.#isUp = false
    this.#stopRetry()
    for (const entry of this.#entries.values()) entry.phase = 'off'
  }

  onAck(method: 'subscribe' | 'unsubscribe', key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    const wasOn = entry.phase === 'on'
    entry.phase = method === 'subscribe' ? 'on' : 'off'
    entry.unanswered = 0
    if (method === 'subscribe' && !wasOn) this.#parts.onSubscribed(entry.subscription)
    this.#settle(entry)
  }

  /** Data came for it, which is as good as an acknowledgement that was lost. */
  onData(key: string): void {
    if (this.#entries.get(key)?.phase === 'subscribing') this.onAck('subscribe', key)
  }

  /** Some errors are answers: a subscription that exists already is one that is on. */
  onError(message: string): void {
    const named = namedInError(message)
    if (named !== null) this.onAck(named.method, named.key)
    else this.#tell(message)
  }

  stop(): void {
    this.#isUp = false
    this.#stopRetry()
  }

  #tell(message: string): void {
    const { clock, logger } = this.#parts
    const now = clock.now()
    this.#errors += 1
    if (now - this.#toldAt < TELL_MS) return
    logger.warn('the venue reports an error on the socket', { message: message.slice(0, 200), errors: this.#errors })
    this.#toldAt = now
    this.#errors = 0
  }

  #reconcile(): void {
    for (const entry of this.#entries.values()) this.#settle(entry)
  }

  /** Asks for what this one lacks. What cannot be sent or is not answered is looked at again a moment later. */
  #settle(entry: Entry): void {
    if (!this.#isUp) return
    switch (entry.phase) {
      case 'subscribing':
      case 'unsubscribing':
        this.#awaitAnswer(entry)
        break
      case 'off':
        if (entry.wanted) this.#ask('subscribe', entry)
        else this.#entries.delete(entry.key)
        break
      case 'on':
        if (!entry.wanted) this.#ask('unsubscribe', entry)
    }
  }

  #ask(method: 'subscribe' | 'unsubscribe', entry: Entry): void {
    this.#retryLater()
    if (!this.#parts.send({ method, subscription: entry.subscription })) return
    entry.phase = method === 'subscribe' ? 'subscribing' : 'unsubscribing'
    entry.sentAt = this.#parts.clock.now()
  }

  /** An answer that does not come is asked for again: the venue then says "Already ...". */
  #awaitAnswer(entry: Entry): void {
    this.#retryLater()
    if (this.#parts.clock.now() - entry.sentAt < this.#parts.ackMs) return
    const method = entry.phase === 'subscribing' ? 'subscribe' : 'unsubscribe'
    entry.unanswered += 1
    entry.phase = method === 'subscribe' ? 'off' : 'on'
    this.#parts.onUnanswered?.(entry.subscription, method, entry.unanswered)
  }

  #retryLater(): void {
    this.#retry ??= this.#parts.clock.after(RETRY_MS, () => {
      this.#retry = null
      this.#reconcile()
    })
  }

  #stopRetry(): void {
    this.#retry?.[Symbol.dispose]()
    this.#retry = null
  }
}
