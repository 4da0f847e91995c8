import type { RateBudget } from '@portolan/core'
import type { WireSubscription } from './frame.ts'
import { subscriptionKey } from './frame.ts'

/** The subscriptions of one connection, as counted in the budget that all connections share. */
export class SubscriptionSlots {
  readonly #budget: RateBudget
  readonly #priority: 'exit' | 'normal'
  readonly #held = new Set<string>()

  constructor(budget: RateBudget, priority: 'exit' | 'normal') {
    this.#budget = budget
    this.#priority = priority
  }

  get held(): number {
    return this.#held.size
  }

  has(subscription: WireSubscription): boolean {
    return this.#held.has(subscriptionKey(subscription))
  }

  /** `false` when there is none left. */
  take(subscription: WireSubscription): boolean {
    if (!this.#budget.tryTake(1, this.#priority)) return false
    this.#held.add(subscriptionKey(subscription))
    return true
  }

  /** @param key of {@link subscriptionKey}. */
  free(key: string): void {
    if (this.#held.delete(key)) this.#budget.release(1)
  }

  /** The connection is gone, and everything on it. */
  freeAll(): void {
    this.#budget.release(this.#held.size)
    this.#held.clear()
  }
}
