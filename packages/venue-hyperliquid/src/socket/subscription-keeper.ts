import type { Clock, Logger } from '@portolan/core'
import type { WireSubscription } from './frame.ts'
import { namedInError, subscriptionKey } from './frame.ts'

export interface KeeperParts {
  readonly clock: Clock
  readonly logger: Logger
  /** How long an acknowledgement may take, ms. */
  readonly ackMs: number
  /** `false` when it cannot be sent now. */
  send(message: object): boolean
  onSubscribed(subscription: WireSubscription): void
}

interface Entry {
  readonly subscription: WireSubscription
  wanted: boolean
  phase: 'off' | 'subscribing' | 'on' | 'unsubscribing'
  /** ms. */
  sentAt: number
  unanswered: number
  /** A connection died while this one was not yet acknowledged. */
  suspect: boolean
  /** Not tried before this time, ms. */
  refusedUntil: number
}

const RETRY_MS = 250
const REFUSED_MS = 600_000
const MAX_UNANSWERED = 3

/**
 * Keeps the subscriptions of one socket equal to what is wanted. The venue answers a subscription that it does not like (an unknown
 * coin) by dropping the connection and everything on it, without a word. So whatever was unanswered when a connection died is tried
 * again on its own, after everything else, and the one that kills a connection alone is left out for a while.
 */
export class SubscriptionKeeper {
  readonly #parts: KeeperParts
  readonly #entries = new Map<string, Entry>()
  #isUp = false
  #retry: Disposable | null = null
  #parole: Disposable | null = null

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** The whole set that is wanted from now on. */
  want(subscriptions: readonly WireSubscription[]): void {
    for (const entry of this.#entries.values()) entry.wanted = false
    for (const subscription of subscriptions) {
      const key = subscriptionKey(subscription)
      const entry = this.#entries.get(key)
      if (entry === undefined) this.#entries.set(key, newEntry(subscription))
      else entry.wanted = true
    }
    this.#reconcile()
  }

  /** Whether the venue drops the connection at this subscription, or never answers it. */
  isRefused(subscription: WireSubscription): boolean {
    const entry = this.#entries.get(subscriptionKey(subscription))
    return entry !== undefined && entry.refusedUntil > this.#parts.clock.now()
  }

  onOpen(): void {
    this.#isUp = true
    this.#reconcile()
  }

  /** @param byPeer whether the other side ended it: only then can a subscription be the reason. */
  onDown(byPeer: boolean): void {
    this.#isUp = false
    this.#stopRetry()
    const pending = [...this.#entries.values()].filter((entry) => entry.phase === 'subscribing')
    const [alone] = pending
    if (byPeer && pending.length === 1 && alone?.suspect === true)
      this.#refuse(alone, 'the connection died at it again')
    if (byPeer) for (const entry of pending) entry.suspect = true
    for (const entry of this.#entries.values()) entry.phase = 'off'
  }

  onAck(method: 'subscribe' | 'unsubscribe', key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    const wasOn = entry.phase === 'on'
    entry.phase = method === 'subscribe' ? 'on' : 'off'
    entry.unanswered = 0
    entry.suspect = false
    if (method === 'subscribe' && !wasOn) this.#parts.onSubscribed(entry.subscription)
    this.#reconcile()
  }

  /** Data came for it, which is as good as an acknowledgement that was lost. */
  onData(key: string): void {
    if (this.#entries.get(key)?.phase === 'subscribing') this.onAck('subscribe', key)
  }

  /** Some errors are answers: a subscription that exists already is one that is on. */
  onError(message: string): void {
    const named = namedInError(message)
    if (named !== null) this.onAck(named.method, named.key)
    else this.#parts.logger.warn('the venue reports an error on the socket', { message: message.slice(0, 200) })
  }

  stop(): void {
    this.#isUp = false
    this.#parole?.[Symbol.dispose]()
    this.#stopRetry()
  }

  #reconcile(): void {
    if (!this.#isUp) return
    const now = this.#parts.clock.now()
    let later = false
    for (const [key, entry] of this.#entries) {
      if (!entry.wanted && entry.phase === 'off') this.#entries.delete(key)
      else if (isPending(entry)) later = this.#watch(entry, now) || later
      else if (!entry.wanted) later = !this.#ask('unsubscribe', entry, now) || later
    }
    // A suspect goes alone: after everything that is beyond suspicion, and with nothing else unanswered.
    const missing = [...this.#entries.values()]
      .filter((entry) => entry.wanted && entry.phase === 'off' && entry.refusedUntil <= now)
      .sort((a, b) => Number(a.suspect) - Number(b.suspect))
    for (const entry of missing) {
      if (entry.suspect && [...this.#entries.values()].some(isPending)) break
      later = !this.#ask('subscribe', entry, now) || later
    }
    if (later) this.#retryLater()
  }

  #ask(method: 'subscribe' | 'unsubscribe', entry: Entry, now: number): boolean {
    if (!this.#parts.send({ method, subscription: entry.subscription })) return false
    entry.phase = method === 'subscribe' ? 'subscribing' : 'unsubscribing'
    entry.sentAt = now
    this.#retryLater()
    return true
  }

  /** An answer that does not come is asked for again: the venue then says "Already ...". */
  #watch(entry: Entry, now: number): true {
    if (now - entry.sentAt < this.#parts.ackMs) return true
    entry.unanswered += 1
    if (entry.phase === 'subscribing' && entry.unanswered >= MAX_UNANSWERED) this.#refuse(entry, 'it is never answered')
    entry.phase = entry.phase === 'subscribing' ? 'off' : 'on'
    return true
  }

  #refuse(entry: Entry, why: string): void {
    const { clock, logger } = this.#parts
    entry.refusedUntil = clock.now() + REFUSED_MS
    entry.unanswered = 0
    logger.error('a subscription is left out', { subscription: entry.subscription, why, retryInMs: REFUSED_MS })
    this.#parole?.[Symbol.dispose]()
    this.#parole = clock.after(REFUSED_MS, () => this.#reconcile())
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

function isPending({ phase }: Entry): boolean {
  return phase === 'subscribing' || phase === 'unsubscribing'
}

function newEntry(subscription: WireSubscription): Entry {
  return { subscription, wanted: true, phase: 'off', sentAt: 0, unanswered: 0, suspect: false, refusedUntil: 0 }
}
