import type { Clock, Exact, Execution, Fill, Logger, Outcome, SealedOrder } from '@portolan/core'
import { isFinal } from '@portolan/core'
import type { Activity } from '../loop/activity.ts'
import type { PersistentStoreCall } from '../loop/retry-store.ts'
import type { Store } from '../store/store.ts'

/** When to look again at an order of which the fate is open, ms by the runner's clock. */
export interface Patience {
  readonly firstLookMs: number
  readonly longestWaitMs: number
}

export const DEFAULT_PATIENCE: Patience = { firstLookMs: 2_000, longestWaitMs: 30_000 }

/** Who books what an order executed. */
export interface FillBook {
  /** Books fills of this order that are not booked yet; a fill that is there already changes nothing. */
  book(fills: readonly Fill[]): Promise<void>
  /** Base units of this order booked so far. */
  booked(): Exact
}

export interface FollowedOrderDeps {
  readonly execution: Execution
  /** Reads the account's fills and books those of every order: the newest, or all that the venue keeps. */
  readonly readFills: (reach: 'new' | 'all') => Promise<void>
  readonly store: Store
  readonly persist: PersistentStoreCall
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly patience: Patience
  readonly fills: FillBook
}

/**
 * Takes one sealed order from its submission to its end: sends it at most once, and then only asks. The end is written after the fills are
 * booked, so that a crash in between leads back to asking, never to a lost fill.
 */
export class FollowedOrder {
  readonly sealed: SealedOrder
  readonly #deps: FollowedOrderDeps
  #venueOrderId: string | null
  #told: Outcome | null = null
  #cancelAsked = false
  #wake: (() => void) | null = null
  #wait: number

  constructor(sealed: SealedOrder, venueOrderId: string | null, deps: FollowedOrderDeps) {
    this.sealed = sealed
    this.#venueOrderId = venueOrderId
    this.#deps = deps
    this.#wait = deps.patience.firstLookMs
  }

  /** The venue's id, once it is known. */
  get venueOrderId(): string | null {
    return this.#venueOrderId
  }

  /** Sends the order and follows it. The caller has sealed it in the store. `null` when the runner stopped first. */
  async submit(): Promise<Outcome | null> {
    const { store, execution, signal, logger } = this.#deps
    try {
      await store.markSubmitting(this.sealed.id)
    } catch (error) {
      // Whether the mark was written or not, nothing was sent and nothing will be: the venue says so once the order has expired.
      logger.error('an order was not sent, since the database did not take the mark that it is about to be', {
        order: this.sealed.id,
        error: error instanceof Error ? error.message : String(error),
      })
      return this.#follow({ kind: 'unknown', message: 'not sent: the database did not take the mark' })
    }
    // A stop between the mark and the send leaves an order that was never sent: `lookup` will say so once it has expired.
    if (signal.aborted) return null
    return this.#follow(await this.#ask(() => execution.submit(this.sealed, signal)))
  }

  /** Follows an order that may have been sent before a restart. */
  async resume(): Promise<Outcome | null> {
    const { execution, signal } = this.#deps
    return this.#follow(await this.#ask(() => execution.lookup(this.sealed, signal)))
  }

  /** The venue spoke of this order by itself. */
  tell(outcome: Outcome): void {
    this.#told = outcome
    this.#wakeUp()
  }

  /** A fill of it was seen. Booked before anything else happens with the order. */
  async fill(fill: Fill): Promise<void> {
    this.#venueOrderId ??= fill.orderId
    await this.#deps.fills.book([fill])
    this.#wakeUp()
  }

  /** Cancels what rests, as soon as the venue has answered what is under way. */
  cancel(): void {
    this.#cancelAsked = true
    this.#wakeUp()
  }

  async #follow(first: Outcome): Promise<Outcome | null> {
    const { execution, signal, logger } = this.#deps
    let outcome = first
    for (;;) {
      if ('orderId' in outcome) this.#venueOrderId = outcome.orderId
      if (isFinal(outcome) && (await this.#fillsAreBooked(outcome))) {
        await this.#record(outcome)
        return outcome
      }
      if (!isFinal(outcome)) await this.#record(outcome)
      if (signal.aborted) return null
      if (this.#cancelAsked && outcome.kind === 'resting' && execution.cancel) {
        this.#cancelAsked = false
        const cancel = execution.cancel.bind(execution)
        outcome = await this.#ask(() => cancel(this.sealed, signal))
        continue
      }
      await this.#pause()
      if (signal.aborted) return null
      const told = this.#told
      this.#told = null
      // An end is never left again: a late word about an earlier state changes nothing.
      if (!isFinal(outcome)) outcome = told ?? (await this.#ask(() => execution.lookup(this.sealed, signal)))
      logger.debug('order looked at', { order: this.sealed.id, outcome: outcome.kind })
    }
  }

  async #record(outcome: Outcome): Promise<void> {
    const { store, persist } = this.#deps
    await persist('what became of an order', () => store.recordOutcome(this.sealed.id, outcome))
  }

  /** A throw after sending tells nothing about the order. */
  async #ask(question: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await question()
    } catch (error) {
      return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) }
    }
  }

  async #fillsAreBooked(outcome: Outcome): Promise<boolean> {
    const { fills, readFills, logger } = this.#deps
    if (outcome.kind !== 'filled' && outcome.kind !== 'partial') return true
    try {
      if (outcome.fills) await fills.book(outcome.fills)
      if (fills.booked().gte(outcome.filled)) return true
      await readFills('new')
      if (fills.booked().gte(outcome.filled)) return true
      await readFills('all')
    } catch (error) {
      logger.warn('the fills of an executed order could not be booked; trying again', {
        order: this.sealed.id,
        error: error instanceof Error ? error.message : String(error),
      })
    }
    return fills.booked().gte(outcome.filled)
  }

  /** Waits for the venue to speak, for a cancel, or for the time to look again. */
  async #pause(): Promise<void> {
    const { clock, activity, signal } = this.#deps
    if (this.#told !== null) return
    const wait = this.#wait
    this.#wait = Math.min(wait * 2, this.#deps.patience.longestWaitMs)
    await new Promise<void>((resolve) => {
      const timer = clock.after(wait, () => this.#wakeUp())
      const onAbort = () => this.#wakeUp()
      signal.addEventListener('abort', onAbort, { once: true })
      this.#wake = () => {
        timer[Symbol.dispose]()
        signal.removeEventListener('abort', onAbort)
        this.#wake = null
        // Work begins at the moment of waking, not when the promise is served: nobody may see the loop at rest in between.
        activity.begin()
        resolve()
      }
      activity.end()
      if (signal.aborted) this.#wakeUp()
    })
  }

  #wakeUp(): void {
    this.#wake?.()
  }
}
