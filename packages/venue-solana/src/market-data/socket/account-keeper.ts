import type { Clock, Logger } from '@portolan/core'
import type { ChainAccount } from '../../instruments/account-reader.ts'
import type { PubsubFrame } from './pubsub-frame.ts'

export interface AccountKeeperParts {
  readonly clock: Clock
  readonly logger: Logger
  /** How long an acknowledgement may take, ms. */
  readonly ackMs: number
  /** `false` when it cannot be sent now. */
  send(message: object): boolean
  /** The account is watched from now on. */
  onWatched(address: string): void
  /** The account at a slot; `null`: a notification of it that cannot be read. */
  onAccount(address: string, slot: number, account: ChainAccount | null): void
}

interface Watch {
  readonly address: string
  wanted: boolean
  phase: 'off' | 'asked' | 'on'
  /** Of the request that is unanswered. */
  requestId: number
  /** Given by the node. */
  subscription: number | null
  /** ms. */
  askedAt: number
  /** Not asked for before this time, ms. */
  notBefore: number
}

const RETRY_MS = 250
/** A node that refuses a subscription is asked again after so long, ms. */
const REFUSED_MS = 60_000

/** Keeps the account subscriptions of one socket equal to what is wanted, over reconnections. */
export class AccountKeeper {
  readonly #parts: AccountKeeperParts
  readonly #watches = new Map<string, Watch>()
  readonly #bySubscription = new Map<number, string>()
  #isUp = false
  #nextId = 1
  #retry: Disposable | null = null

  constructor(parts: AccountKeeperParts) {
    this.#parts = parts
  }

  /** The whole set that is wanted from now on. */
  want(addresses: readonly string[]): void {
    for (const watch of this.#watches.values()) watch.wanted = false
    for (const address of addresses) {
      const watch = this.#watches.get(address)
      if (watch === undefined) this.#watches.set(address, newWatch(address))
      else watch.wanted = true
    }
    this.#reconcile()
  }

  isWatched(address: string): boolean {
    return this.#watches.get(address)?.phase === 'on'
  }

  onOpen(): void {
    this.#isUp = true
    this.#reconcile()
  }

  onDown(): void {
    this.#isUp = false
    this.#retry?.[Symbol.dispose]()
    this.#retry = null
    this.#bySubscription.clear()
    for (const watch of this.#watches.values()) {
      watch.phase = 'off'
      watch.subscription = null
    }
  }

  onFrame(frame: Exclude<PubsubFrame, { kind: 'slot' | 'malformed' }>): void {
    if (frame.kind === 'account') {
      const address = this.#bySubscription.get(frame.subscription)
      if (address !== undefined) this.#parts.onAccount(address, frame.slot, frame.account)
      return
    }
    for (const watch of this.#watches.values()) {
      if (watch.phase !== 'asked' || watch.requestId !== frame.id) continue
      if (frame.kind === 'answer' && typeof frame.result === 'number') this.#watched(watch, frame.result)
      else this.#refused(watch, frame.kind === 'error' ? frame.message : 'an answer without a number')
      return
    }
  }

  stop(): void {
    this.onDown()
  }

  #watched(watch: Watch, subscription: number): void {
    watch.phase = 'on'
    watch.subscription = subscription
    this.#bySubscription.set(subscription, watch.address)
    this.#parts.onWatched(watch.address)
    this.#reconcile()
  }

  #refused(watch: Watch, why: string): void {
    const { clock, logger } = this.#parts
    watch.phase = 'off'
    watch.notBefore = clock.now() + REFUSED_MS
    logger.warn('a node refuses to watch an account', { account: watch.address, why, retryInMs: REFUSED_MS })
    this.#retryLater()
  }

  #reconcile(): void {
    if (!this.#isUp) return
    const now = this.#parts.clock.now()
    for (const watch of this.#watches.values()) {
      if (watch.phase === 'asked' && now - watch.askedAt >= this.#parts.ackMs) watch.phase = 'off'
      if (watch.wanted && watch.phase === 'off' && watch.notBefore <= now) this.#ask(watch, now)
      if (!watch.wanted) this.#release(watch)
    }
    const pending = [...this.#watches.values()].some(({ wanted, phase }) => wanted !== (phase === 'on'))
    if (pending) this.#retryLater()
  }

  #ask(watch: Watch, now: number): void {
    const id = this.#nextId
    const params = [watch.address, { encoding: 'base64', commitment: 'confirmed' }]
    if (!this.#parts.send({ id, method: 'accountSubscribe', params })) return
    this.#nextId += 1
    watch.phase = 'asked'
    watch.requestId = id
    watch.askedAt = now
  }

  #release(watch: Watch): void {
    const { subscription } = watch
    if (watch.phase === 'asked') return
    if (subscription !== null) {
      if (!this.#parts.send({ id: this.#nextId, method: 'accountUnsubscribe', params: [subscription] })) return
      this.#nextId += 1
      this.#bySubscription.delete(subscription)
    }
    this.#watches.delete(watch.address)
  }

  #retryLater(): void {
    this.#retry ??= this.#parts.clock.after(RETRY_MS, () => {
      this.#retry = null
      this.#reconcile()
    })
  }
}

function newWatch(address: string): Watch {
  return { address, wanted: true, phase: 'off', requestId: 0, subscription: null, askedAt: 0, notBefore: 0 }
}
