import type { Clock, Fill, InstrumentId, JsonValue, Logger, OrderRequest, Outcome, SealedOrder } from '@portolan/core'
import type { Activity } from '../loop/activity.ts'
import type { PersistentStoreCall } from '../loop/retry-store.ts'
import { persistentStoreCalls } from '../loop/retry-store.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { IntentState, OrderRow, Store } from '../store/store.ts'
import type { FillBook, Patience } from './followed-order.ts'
import { FollowedOrder } from './followed-order.ts'

/** How an intent ended. */
export interface IntentEnd {
  readonly state: IntentState
  readonly reason: string | null
}

export interface OrderDeskDeps {
  readonly venue: TradingVenue
  readonly store: Store
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly patience: Patience
  readonly readFills: (reach: 'new' | 'all') => Promise<void>
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
  async execute(intentId: string, request: OrderRequest, fills: FillBook): Promise<IntentEnd | null> {
    const { store, venue, signal } = this.#deps
    const execution = venue.execution
    if (execution === null) return this.#end(intentId, 'skipped', 'the config entry does not execute orders')
    let sealed: SealedOrder
    try {
      sealed = await execution.prepare(request, signal)
    } catch (error) {
      return this.#end(intentId, 'skipped', `the venue could not prepare the order: ${messageOf(error)}`)
    }
    try {
      await store.sealOrder({ intentId, sealed, request: request as unknown as JsonValue })
    } catch (error) {
      return this.#end(
        intentId,
        'abandoned',
        `the database did not take the sealed order, so it was not sent: ${messageOf(error)}`,
      )
    }
    if (venue.dryRun) return this.#end(intentId, 'not-sent', 'dry run: prepared and signed, not sent')
    if (signal.aborted) return null
    const order = this.#follow(intentId, sealed, null, fills)
    return this.#finish(intentId, order, await order.submit())
  }

  /** Takes up an intent that a former run left open. */
  async resume(intentId: string, orders: readonly OrderRow[], fills: FillBook): Promise<IntentEnd | null> {
    const sent = orders.find((order) => order.state !== 'sealed' && order.state !== 'abandoned')
    if (sent === undefined) return this.#end(intentId, 'abandoned', 'the runner stopped before the order was sent')
    const order = this.#follow(intentId, sent.sealed, sent.venueOrderId, fills)
    return this.#finish(intentId, order, await order.resume())
  }

  /** Asks the venue to cancel what rests of an intent. */
  cancel(intentId: string): void {
    this.#byIntent.get(intentId)?.cancel()
  }

  /** The venue told what became of an order. */
  onOrder(sealedId: string, outcome: Outcome): void {
    this.#open.get(sealedId)?.tell(outcome)
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

  /** Orders of which the end is not known. */
  get openOrders(): number {
    return this.#open.size
  }

  #follow(intentId: string, sealed: SealedOrder, venueOrderId: string | null, fills: FillBook): FollowedOrder {
    const { store, clock, activity, logger, signal, patience, readFills, venue } = this.#deps
    if (venue.execution === null) throw new Error(`${venue.name} (${venue.label}) executes no orders`)
    const execution = venue.execution
    const persist = this.#persist
    const deps = { execution, readFills, store, persist, clock, activity, logger, signal, patience, fills }
    const order = new FollowedOrder(sealed, venueOrderId, deps)
    this.#open.set(sealed.id, order)
    this.#byIntent.set(intentId, order)
    return order
  }

  #finish(intentId: string, order: FollowedOrder, outcome: Outcome | null): IntentEnd | null {
    if (outcome === null) return null
    this.#open.delete(order.sealed.id)
    this.#byIntent.delete(intentId)
    return { state: outcome.kind, reason: 'message' in outcome ? outcome.message : null }
  }

  async #end(intentId: string, state: 'skipped' | 'not-sent' | 'abandoned', reason: string): Promise<IntentEnd> {
    await this.#persist('the end of an intent', () => this.#deps.store.endIntent(intentId, state, reason))
    return { state, reason }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
