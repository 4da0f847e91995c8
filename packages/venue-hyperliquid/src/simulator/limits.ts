/**
 * The venue's limits per IP. Source: its page on rate limits; it says 10 users, but tracks 14. All windows are in simulated time.
 */
export interface Limits {
  /** REST weight per minute. */
  readonly restWeight: number
  readonly connections: number
  readonly newConnectionsPerMinute: number
  readonly subscriptions: number
  readonly users: number
  readonly messagesPerMinute: number
  readonly pendingPosts: number
  /** Lifetime actions of an account before it has traded. */
  readonly addressBuffer: number
}

export const VENUE_LIMITS: Limits = {
  restWeight: 1200,
  connections: 10,
  newConnectionsPerMinute: 30,
  subscriptions: 1000,
  users: 14,
  messagesPerMinute: 2000,
  pendingPosts: 100,
  addressBuffer: 10_000,
}

const unlimited = Number.MAX_SAFE_INTEGER

export const NO_LIMITS: Limits = {
  restWeight: unlimited,
  connections: unlimited,
  newConnectionsPerMinute: unlimited,
  subscriptions: unlimited,
  users: unlimited,
  messagesPerMinute: unlimited,
  pendingPosts: unlimited,
  addressBuffer: unlimited,
}

/** Units that may be used within any minute, per peer: a bucket that refills steadily. */
export class MinuteBudget {
  readonly #capacity: number
  readonly #used = new Map<string, { level: number; at: number }>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Takes at once or not at all. */
  tryTake(peer: string, units: number, now: number): boolean {
    const level = this.#level(peer, now)
    if (level + units > this.#capacity) return false
    this.#used.set(peer, { level: level + units, at: now })
    return true
  }

  /** Charges what is only known afterwards; may overdraw. */
  charge(peer: string, units: number, now: number): void {
    if (units > 0) this.#used.set(peer, { level: this.#level(peer, now) + units, at: now })
  }

  #level(peer: string, now: number): number {
    const { level, at } = this.#used.get(peer) ?? { level: 0, at: now }
    return Math.max(0, level - ((now - at) / 60_000) * this.#capacity)
  }
}
