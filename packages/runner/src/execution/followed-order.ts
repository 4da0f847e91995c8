import type { Clock, Exact, Execution, Fill, Logger, Outcome, SealedOrder } from '@portolan/core'
import { isFinal } from '@portolan/core'
import type { Activity } from '../loop/activity.ts'
import { pauseFor } from '../loop/pause.ts'
import type { PersistentStoreCall } from '../loop/retry-store.ts'
import type { InFlightOrder, Patience } from '../reconciler/index.ts'
import { lookDueAt } from '../reconciler/index.ts'
import type { Fence, Store } from '../store/store.ts'
import { StoreError } from '../store/store.ts'

/** An outcome that says how much an order cost although it executed nothing. */
export type Refusal = Extract<Outcome, { readonly kind: 'rejected' }>

/** Who books what an order executed. */
export interface FillBook {
  /** Books fills that are not booked yet. Resolves to the base units that are new. */
  book(fills: readonly Fill[]): Promise<Exact>
  /** Writes the end of an order that was refused, and books what it cost, in one transaction. */
  refuse(sealedId: string, refusal: Refusal, retry: boolean): Promise<void>
}

export interface FollowedOrderDeps {
  readonly execution: Execution
  /** Reads the account's fills and books those of every order: the newest, or all that the venue keeps. */
  readonly readFills: (reach: 'new' | 'all') => Promise<void>
  readonly store: Store
  readonly fence: () => Fence | null
  readonly persist: PersistentStoreCall
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly patience: Patience
  readonly fills: FillBook
  /** Whether another order of the intent follows one that ended so. Written with the end. */
  readonly goesOn: (outcome: Outcome) => boolean
}

/** How an order ended, and whether another one of its intent follows. */
export interface OrderEnd {
  readonly outcome: Outcome
  readonly retry: boolean
}

/**
 * Takes one sealed order from its submission to its end: sends it at most once, and then only asks. The end is written after the fills are
 * booked, so that a crash in between leads back to asking, never to a lost fill.
 */
export class FollowedOrder {
  readonly sealed: SealedOrder
  readonly #deps: FollowedOrderDeps
  #venueOrderId: string | null
  #booked: Exact
  #state: InFlightOrder['state'] = 'submitting'
  #lastHeardAt: number
  #looks = 0
  #told: Outcome | null = null
  #cancelAsked = false
  #wake: (() => void) | null = null

  constructor(
    sealed: SealedOrder,
    known: { readonly venueOrderId: string | null; readonly booked: Exact },
    deps: FollowedOrderDeps,
  ) {
    this.sealed = sealed
    this.#venueOrderId = known.venueOrderId
    this.#booked = known.booked
    this.#deps = deps
    this.#lastHeardAt = deps.clock.now()
  }

  /** The venue's id, once it is known. */
  get venueOrderId(): string | null {
    return this.#venueOrderId
  }

  /** As the reconciler sees it. */
  get inFlight(): InFlightOrder {
    const { id: sealedId, instrument } = this.sealed
    return { sealedId, instrument, state: this.#state, lastHeardAt: this.#lastHeardAt, looks: this.#looks }
  }

  /** Sends the order and follows it. The caller has sealed it in the store. `null` when the runner stopped first. @throws {StoreError} `fenced` */
  async submit(): Promise<OrderEnd | null> {
    const { store, execution, signal, logger, fence, clock } = this.#deps
    try {
      await store.markSubmitting(this.sealed.id, fence())
    } catch (error) {
      if (error instanceof StoreError && error.code === 'fenced') throw error
      // Whether the mark was written or not, nothing was sent and nothing will be: the venue says so once the order has expired.
      logger.error('an order was not sent, since the database did not take the mark that it is about to be', {
        order: this.sealed.id,
        error: error instanceof Error ? error.message : String(error),
      })
      return this.#follow({ kind: 'unknown', message: 'not sent: the database did not take the mark' })
    }
    // A stop between the mark and the send leaves an order that was never sent: `lookup` will say so once it has expired.
    if (signal.aborted) return null
    this.#lastHeardAt = clock.now()
    return this.#follow(await this.#ask(() => execution.submit(this.sealed, signal)))
  }

  /** Follows an order that may have been sent before a restart. */
  async resume(): Promise<OrderEnd | null> {
    return this.#follow(await this.#lookUp())
  }

  /** The venue spoke of this order by itself. */
  tell(outcome: Outcome): void {
    this.#told = outcome
    this.#wakeUp()
  }

  /** Asks the venue now rather than when its time comes. */
  look(): void {
    this.#wakeUp()
  }

  /** A fill of it was seen. Booked before anything else happens with the order. */
  async fill(fill: Fill): Promise<void> {
    this.#venueOrderId ??= fill.orderId
    await this.#book([fill])
    this.#wakeUp()
  }

  /** Cancels what rests, as soon as the venue has answered what is under way. */
  cancel(): void {
    this.#cancelAsked = true
    this.#wakeUp()
  }

  async #follow(first: Outcome): Promise<OrderEnd | null> {
    const { execution, signal, logger, clock } = this.#deps
    let outcome = first
    for (;;) {
      this.#lastHeardAt = clock.now()
      if ('orderId' in outcome) this.#venueOrderId = outcome.orderId
      if (isFinal(outcome) && (await this.#fillsAreBooked(outcome))) return await this.#end(outcome)
      if (outcome.kind === 'resting' || outcome.kind === 'unknown') {
        this.#state = outcome.kind
        await this.#record(outcome, false)
      }
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
      if (!isFinal(outcome)) outcome = told ?? (await this.#lookUp())
      logger.debug('order looked at', { order: this.sealed.id, outcome: outcome.kind })
    }
  }

  async #end(outcome: Outcome): Promise<OrderEnd> {
    const retry = this.#deps.goesOn(outcome)
    if (outcome.kind === 'rejected' && outcome.fee !== undefined) {
      await this.#deps.fills.refuse(this.sealed.id, outcome, retry)
    } else {
      await this.#record(outcome, retry)
    }
    return { outcome, retry }
  }

  async #record(outcome: Outcome, retry: boolean): Promise<void> {
    const { store, persist, fence } = this.#deps
    await persist('what became of an order', () => store.recordOutcome(this.sealed.id, outcome, { retry }, fence()))
  }

  #lookUp(): Promise<Outcome> {
    const { execution, signal } = this.#deps
    this.#looks += 1
    return this.#ask(() => execution.lookup(this.sealed, signal))
  }

  /** A throw after sending tells nothing about the order. */
  async #ask(question: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await question()
    } catch (error) {
      return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) }
    }
  }

  async #book(fills: readonly Fill[]): Promise<void> {
    // Others may book at the same time: the sum is read after the wait.
    const fresh = await this.#deps.fills.book(fills)
    this.#booked = this.#booked.plus(fresh)
  }

  async #fillsAreBooked(outcome: Outcome): Promise<boolean> {
    const { readFills, logger } = this.#deps
    if (outcome.kind !== 'filled' && outcome.kind !== 'partial') return true
    try {
      if (outcome.fills) await this.#book(outcome.fills)
      if (this.#booked.gte(outcome.filled)) return true
      await readFills('new')
      if (this.#booked.gte(outcome.filled)) return true
      await readFills('all')
    } catch (error) {
      if (error instanceof StoreError && error.code === 'fenced') throw error
      logger.warn('the fills of an executed order could not be booked; trying again', {
        order: this.sealed.id,
        error: error instanceof Error ? error.message : String(error),
      })
    }
    return this.#booked.gte(outcome.filled)
  }

  /** Waits for the venue to speak, for a cancel, or for the time to look again. */
  async #pause(): Promise<void> {
    const { clock, activity, signal, patience } = this.#deps
    if (this.#told !== null) return
    const wait = lookDueAt(this.inFlight, patience) - clock.now()
    await pauseFor(Math.max(0, wait), { clock, activity, signal }, (wake) => {
      this.#wake = wake
    })
    this.#wake = null
  }

  #wakeUp(): void {
    this.#wake?.()
  }
}
