import type { Clock, Fill, InstrumentId, JsonValue, Logger, OrderRequest, Outcome, SealedOrder } from '@portolan/core'
import { Exact } from '@portolan/core'
import type { Activity } from '../loop/activity.ts'
import { pauseFor } from '../loop/pause.ts'
import type { PersistentStoreCall } from '../loop/retry-store.ts'
import { persistentStoreCalls } from '../loop/retry-store.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { InFlightOrder, Patience } from '../reconciler/index.ts'
import type { Fence, IntentState, OrderRow, Store, TriedEnd, UnsentEnd } from '../store/store.ts'
import { FINAL_ORDER_STATES, StoreError } from '../store/store.ts'
import type { ExitPatience, NextOrder } from './another-order.ts'
import { backoffMs, isWorthAnotherOrder } from './another-order.ts'
import type { FillBook, OrderEnd } from './followed-order.ts'
import { FollowedOrder } from './followed-order.ts'
import type { Permission, Permit } from './permit.ts'

/** How an intent ended. */
export interface IntentEnd {
  readonly state: IntentState
  readonly reason: string | null
}

/** An intent as the desk executes it. */
export interface IntentJob {
  readonly intentId: string
  readonly positionId: string
  /** It sells all that is held, and is tried until that is so, or its orders are used up. */
  readonly isExit: boolean
  /** A person, or a loss limit, had it sold off. */
  readonly ordered: () => boolean
  readonly fills: FillBook
  /** What it would send now. */
  readonly next: () => NextOrder
  /** Base units booked of all its orders. */
  readonly booked: () => Exact
}

export interface OrderDeskDeps {
  readonly venue: TradingVenue
  readonly store: Store
  readonly fence: () => Fence | null
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly patience: Patience
  readonly exits: ExitPatience
  readonly permit: Permit
  readonly readFills: (reach: 'new' | 'all') => Promise<void>
}

/** What is known of the orders that an intent had. */
interface Tried {
  /** Orders that were stored for it: their number makes the next one's id. */
  stored: number
  /** Tries that used up one of those it has. */
  tries: number
  /** Whether the store has it as `retrying`, rather than as `planned`. */
  retrying: boolean
  last: TriedEnd
  why: string | null
}

/** Takes intents of one venue entry from the disk to their end, and hands what the venue says to the order it is about. */
export class OrderDesk {
  readonly #deps: OrderDeskDeps
  readonly #persist: PersistentStoreCall
  readonly #open = new Map<string, FollowedOrder>()
  readonly #byIntent = new Map<string, FollowedOrder>()

  constructor(deps: OrderDeskDeps) {
    this.#deps = deps
    this.#persist = persistentStoreCalls(deps)
  }

  /** Executes an intent that is on disk as `planned`. `null` when the runner stopped before its end was known. */
  execute(job: IntentJob, first: NextOrder): Promise<IntentEnd | null> {
    return this.#pursue(job, { stored: 0, tries: 0, retrying: false, last: 'rejected', why: null }, first)
  }

  /** Takes up an intent that a former run left open. What it booked of each order is `bookedOf`. */
  async resume(
    job: IntentJob,
    left: { readonly state: IntentState; readonly orders: readonly OrderRow[] },
    bookedOf: (order: OrderRow) => Exact,
  ): Promise<IntentEnd | null> {
    const { orders } = left
    const sent = orders.filter(({ state }) => state !== 'sealed' && state !== 'abandoned')
    const open = sent.find(({ state }) => !FINAL_ORDER_STATES.includes(state))
    const last = sent.at(-1)?.state
    const tried: Tried = {
      stored: orders.length,
      tries: sent.length,
      retrying: left.state === 'retrying',
      last: last === 'partial' || last === 'filled' || last === 'expired' ? last : 'rejected',
      why: null,
    }
    if (open !== undefined) {
      const known = { venueOrderId: open.venueOrderId, booked: bookedOf(open) }
      const order = this.#follow(job, tried, open.sealed, known)
      const end = await this.#finish(job, order, () => order.resume())
      return this.#after(job, tried, end)
    }
    if (job.isExit) return this.#pursue(job, tried, job.next())
    return this.#giveUp(job, tried, 'abandoned', 'the runner stopped before the order was sent')
  }

  /** Asks the venue to cancel what rests of an intent. */
  cancel(intentId: string): void {
    this.#byIntent.get(intentId)?.cancel()
  }

  /** The venue told what became of an order. */
  onOrder(sealedId: string, outcome: Outcome): void {
    this.#open.get(sealedId)?.tell(outcome)
  }

  /** Asks about an order now. */
  look(sealedId: string): void {
    this.#open.get(sealedId)?.look()
  }

  /** Gives a fill to its order. `false` when no open order of ours claims it. */
  async onFill(fill: Fill): Promise<boolean> {
    const order = fill.sealedId === null ? undefined : this.#open.get(fill.sealedId)
    const claimant = order ?? [...this.#open.values()].find((open) => open.venueOrderId === fill.orderId)
    if (claimant === undefined) return false
    await claimant.fill(fill)
    return true
  }

  /** Whether an order of ours on this instrument is not at its end. */
  isBusy(instrument: InstrumentId): boolean {
    return [...this.#open.values()].some((order) => order.sealed.instrument === instrument)
  }

  /** Whether a fill on this instrument may be of an order whose id at the venue nobody has told yet. */
  mayBeOurs(instrument: InstrumentId): boolean {
    const orders = [...this.#open.values()]
    return orders.some((order) => order.sealed.instrument === instrument && order.venueOrderId === null)
  }

  /** Orders of which the end is not known. */
  get openOrders(): number {
    return this.#open.size
  }

  get inFlight(): readonly InFlightOrder[] {
    return [...this.#open.values()].map((order) => order.inFlight)
  }

  /** Sends one order after the other until the intent is done, one may not be followed by another, or they are used up. */
  async #pursue(job: IntentJob, tried: Tried, first: NextOrder): Promise<IntentEnd | null> {
    const { clock, activity, signal, exits } = this.#deps
    let waits = 0
    for (let next = first; ; next = job.next()) {
      if (next.kind === 'done') return this.#giveUp(job, tried, 'skipped', next.why)
      if (next.kind === 'order') {
        const step = await this.#try(job, tried, next.request)
        if (step !== 'again') return step
        waits = 0
      } else {
        waits += 1
      }
      if (!job.isExit) return this.#giveUp(job, tried, 'skipped', next.kind === 'wait' ? next.why : tried.why)
      await pauseFor(backoffMs(exits, Math.max(1, waits, tried.tries)), { clock, activity, signal })
      if (signal.aborted) return null
    }
  }

  async #try(
    job: IntentJob,
    tried: Tried,
    amounts: Omit<OrderRequest, 'intentId'>,
  ): Promise<IntentEnd | 'again' | null> {
    const { store, venue, signal, fence, clock, permit } = this.#deps
    const { intentId, positionId, isExit, ordered } = job
    const { execution, key, label } = venue
    if (execution === null) return this.#giveUp(job, tried, 'skipped', 'the config entry does not execute orders')
    const attempt = tried.stored + 1
    const request: OrderRequest = { ...amounts, intentId: attempt === 1 ? intentId : `${intentId}-${attempt}` }
    let sealed: SealedOrder
    try {
      sealed = await execution.prepare(request, signal)
    } catch (error) {
      const why = `the venue could not prepare the order: ${messageOf(error)}`
      return this.#failed(job, tried, 'skipped', why)
    }
    if (signal.aborted) return null
    const asked = {
      request,
      intentId,
      positionId,
      venue: key,
      label,
      isExit,
      ordered: ordered(),
      attempt,
      at: clock.now(),
    }
    let permission: Permission
    try {
      permission = await permit(asked)
    } catch (error) {
      return this.#failed(job, tried, 'skipped', `nobody could say whether the order may go: ${messageOf(error)}`)
    }
    if (permission.kind === 'refused') {
      return this.#giveUp(job, tried, 'skipped', `${permission.reason}: ${permission.message}`)
    }
    tried.stored += 1
    try {
      await store.sealOrder({ intentId, sealed, request: request as unknown as JsonValue }, fence())
    } catch (error) {
      if (error instanceof StoreError && error.code === 'fenced') throw error
      const why = `the database did not take the sealed order, so it was not sent: ${messageOf(error)}`
      return this.#failed(job, tried, 'abandoned', why)
    }
    if (venue.dryRun) return this.#giveUp(job, tried, 'not-sent', 'dry run: prepared and signed, not sent')
    if (signal.aborted) return null
    tried.tries += 1
    const order = this.#follow(job, tried, sealed, { venueOrderId: null, booked: new Exact(0) })
    const end = await this.#finish(job, order, () => order.submit())
    if (end === null || !end.retry) return endOf(end)
    this.#wentOn(tried, end)
    return 'again'
  }

  /** Nothing was sent: an exit tries again as long as it may. */
  async #failed(job: IntentJob, tried: Tried, state: UnsentEnd, why: string): Promise<IntentEnd | 'again'> {
    tried.tries += 1
    tried.why = why
    if (job.isExit && tried.tries < this.#deps.exits.attempts) {
      this.#deps.logger.warn('an exit could not be sent; it is tried again', { intent: job.intentId, why })
      return 'again'
    }
    return this.#giveUp(job, tried, state, why)
  }

  /** After an order that a former run had sent. */
  async #after(job: IntentJob, tried: Tried, end: OrderEnd | null): Promise<IntentEnd | null> {
    if (end === null || !end.retry) return endOf(end)
    this.#wentOn(tried, end)
    const { clock, activity, signal, exits } = this.#deps
    await pauseFor(backoffMs(exits, tried.tries), { clock, activity, signal })
    return signal.aborted ? null : this.#pursue(job, tried, job.next())
  }

  #wentOn(tried: Tried, { outcome }: OrderEnd): void {
    tried.retrying = true
    if (outcome.kind !== 'resting' && outcome.kind !== 'unknown') tried.last = outcome.kind
  }

  #follow(
    job: IntentJob,
    tried: Tried,
    sealed: SealedOrder,
    known: { readonly venueOrderId: string | null; readonly booked: Exact },
  ): FollowedOrder {
    const { venue, exits } = this.#deps
    if (venue.execution === null) throw new Error(`${venue.name} (${venue.label}) executes no orders`)
    const goesOn = (outcome: Outcome): boolean =>
      job.isExit && tried.tries < exits.attempts && isWorthAnotherOrder(outcome) && job.next().kind !== 'done'
    const { execution } = venue
    const order = new FollowedOrder(sealed, known, {
      ...this.#deps,
      execution,
      persist: this.#persist,
      fills: job.fills,
      goesOn,
    })
    this.#open.set(sealed.id, order)
    this.#byIntent.set(job.intentId, order)
    return order
  }

  async #finish(
    job: IntentJob,
    order: FollowedOrder,
    follow: () => Promise<OrderEnd | null>,
  ): Promise<OrderEnd | null> {
    const end = await follow()
    if (end === null) return null
    this.#open.delete(order.sealed.id)
    this.#byIntent.delete(job.intentId)
    return end
  }

  /** Ends an intent of which nothing is under way. `unsent`: how, when nothing of it was ever sent. */
  async #giveUp(job: IntentJob, tried: Tried, unsent: UnsentEnd, why: string | null): Promise<IntentEnd> {
    const state = !tried.retrying ? unsent : job.booked().gt(0) ? 'partial' : tried.last
    const reason = why ?? 'no further order is sent'
    const { store, fence } = this.#deps
    await this.#persist('the end of an intent', () => store.endIntent(job.intentId, state, reason, fence()))
    return { state, reason }
  }
}

function endOf(end: OrderEnd | null): IntentEnd | null {
  if (end === null) return null
  const { outcome } = end
  return { state: outcome.kind, reason: 'message' in outcome ? outcome.message : null }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
