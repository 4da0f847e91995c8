import type { Outcome } from '@portolan/core'
import { isFinal } from '@portolan/core'
import { mayEnd } from '../ledger.ts'
import { ANOTHER_SEALED, outcomeReason, SEALED, SUBMITTING } from '../outcome-reason.ts'
import {
  ambiguousIntent,
  intentIdUsed,
  intentNotPlanned,
  intentOfAnother,
  noIntent,
  noOrder,
  orderNotSealed,
  orderOpen,
  sealedIdUsed,
} from '../refusals.ts'
import { isSameAccount } from '../same-account.ts'
import type {
  AccountKey,
  IntentRow,
  IntentState,
  NewIntent,
  NewOrder,
  OrderRow,
  OrderState,
  OrderStep,
  PositionRow,
  Scope,
  TriedEnd,
  UnsentEnd,
} from '../store.ts'
import { FINAL_INTENT_STATES, FINAL_ORDER_STATES } from '../store.ts'

type Changing<T> = { -readonly [K in keyof T]: T[K] }

/** Intents and their orders. */
export class MemoryOrders {
  readonly #now: () => number
  readonly #intents = new Map<string, Changing<IntentRow>>()
  readonly #open = new Set<Changing<IntentRow>>()
  readonly #orders = new Map<string, Changing<OrderRow>>()
  readonly #ordersOf = new Map<string, Changing<OrderRow>[]>()
  readonly #steps = new Map<string, OrderStep[]>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws {StoreError} unless the position has this intent */
  expectIntentOf(positionId: string, id: string): void {
    if (this.#intent(id).positionId !== positionId) throw intentOfAnother(id, positionId)
  }

  addIntent(position: PositionRow, barTs: number, at: number, intent: NewIntent): void {
    if (this.#intents.has(intent.id)) throw intentIdUsed(intent.id)
    const { scope, venue, label, instrument, timeframe } = position
    const { id, side, rule, state, stateReason = null, explanation } = intent
    const row: Changing<IntentRow> = {
      scope,
      venue,
      label,
      instrument,
      timeframe,
      positionId: position.id,
      id,
      barTs,
      side,
      rule,
      state,
      stateReason,
      explanation,
      createdAt: at,
      updatedAt: at,
    }
    this.#intents.set(id, row)
    if (!FINAL_INTENT_STATES.includes(state)) this.#open.add(row)
  }

  seal({ intentId, sealed, request }: NewOrder): void {
    const intent = this.#intent(intentId)
    if (intent.state !== 'planned' && intent.state !== 'retrying') throw intentNotPlanned(intentId, intent.state)
    const open = this.#ordersOf.get(intentId)?.find(({ state }) => !['sealed', ...FINAL_ORDER_STATES].includes(state))
    if (open !== undefined) throw orderOpen(intentId, open.id, open.state)
    if (this.#orders.has(sealed.id)) throw sealedIdUsed(sealed.id)
    const at = this.#now()
    this.#leaveUnsent(intentId, 'abandoned', ANOTHER_SEALED, at)
    const { venue, label, scope, positionId } = intent
    const order: Changing<OrderRow> = {
      id: sealed.id,
      intentId,
      positionId,
      venue,
      label,
      scope,
      sealed,
      request,
      state: 'sealed',
      venueOrderId: null,
      outcome: null,
      createdAt: at,
      updatedAt: at,
    }
    this.#orders.set(sealed.id, order)
    this.#note(order, SEALED)
    this.#ordersOf.set(intentId, [...(this.#ordersOf.get(intentId) ?? []), order])
  }

  markSubmitting(sealedId: string): void {
    const order = this.#order(sealedId)
    if (order.state !== 'sealed') throw orderNotSealed(sealedId, order.state)
    const at = this.#now()
    order.state = 'submitting'
    order.updatedAt = at
    this.#note(order, SUBMITTING)
    this.#moveIntent(this.#intent(order.intentId), 'submitted', null, at)
  }

  recordOutcome(sealedId: string, outcome: Outcome, retry: boolean): 'recorded' | 'already-final' {
    const order = this.#order(sealedId)
    if (FINAL_ORDER_STATES.includes(order.state)) return 'already-final'
    const at = this.#now()
    const moved = order.state !== outcome.kind
    order.state = outcome.kind
    // A copy of the type without optional members: the union itself is no JSON value to the compiler.
    order.outcome = { ...outcome } as OrderRow['outcome']
    order.updatedAt = at
    if ('orderId' in outcome) order.venueOrderId = outcome.orderId
    if (moved) this.#note(order, outcomeReason(outcome))
    const next = retry && isFinal(outcome) ? 'retrying' : outcome.kind
    this.#moveIntent(this.#intent(order.intentId), next, outcomeReason(outcome), at)
    return 'recorded'
  }

  end(intentId: string, state: UnsentEnd | TriedEnd, reason: string): void {
    const intent = this.#intent(intentId)
    if (intent.state === state) return
    if (!mayEnd(intent.state, state)) throw intentNotPlanned(intentId, intent.state)
    const at = this.#now()
    this.#moveIntent(intent, state, reason, at)
    this.#leaveUnsent(intentId, state === 'not-sent' ? 'not-sent' : 'abandoned', reason, at)
  }

  open(scope: Scope): readonly { readonly intent: IntentRow; readonly orders: readonly OrderRow[] }[] {
    return [...this.#open]
      .filter((intent) => intent.scope === scope)
      .map((intent) => ({ intent: { ...intent }, orders: this.ordersOf(intent.id) }))
  }

  newest(scope: Scope | null, limit: number): readonly IntentRow[] {
    const rows: IntentRow[] = []
    for (const intent of [...this.#intents.values()].reverse()) {
      if (rows.length >= limit) break
      if (scope === null || intent.scope === scope) rows.push({ ...intent })
    }
    return rows
  }

  find(idOrBeginning: string): IntentRow | null {
    const exact = this.#intents.get(idOrBeginning)
    if (exact !== undefined) return { ...exact }
    const [found, another] = [...this.#intents.values()].filter((intent) => intent.id.startsWith(idOrBeginning))
    if (another !== undefined) throw ambiguousIntent(idOrBeginning)
    return found === undefined ? null : { ...found }
  }

  ordersOf(intentId: string): readonly OrderRow[] {
    return (this.#ordersOf.get(intentId) ?? []).map((order) => ({ ...order }))
  }

  stepsOf(intentId: string): readonly OrderStep[] {
    return [...(this.#steps.get(intentId) ?? [])]
  }

  /** The account that an intent, or an order by its sealed id, belongs to. @throws {StoreError} `not-found` */
  accountOf(of: { readonly intent: string } | { readonly order: string }): AccountKey {
    return 'intent' in of ? this.#intent(of.intent) : this.#order(of.order)
  }

  /** Whether the bar of a position has an intent. */
  isPlanned(positionId: string, barTs: number): boolean {
    return [...this.#intents.values()].some((intent) => intent.positionId === positionId && intent.barTs === barTs)
  }

  isFinal(sealedId: string): boolean {
    return FINAL_ORDER_STATES.includes(this.#order(sealedId).state)
  }

  withIds(account: AccountKey, ids: readonly string[]): readonly OrderRow[] {
    const wanted = new Set(ids)
    const matches = (order: OrderRow) =>
      wanted.has(order.id) || (order.venueOrderId !== null && wanted.has(order.venueOrderId))
    return [...this.#orders.values()]
      .filter((order) => isSameAccount(order, account) && matches(order))
      .map((order) => ({ ...order }))
  }

  #note({ id: orderId, intentId, state, updatedAt: at }: OrderRow, cause: string): void {
    this.#steps.set(intentId, [...(this.#steps.get(intentId) ?? []), { orderId, state, cause, at }])
  }

  #leaveUnsent(
    intentId: string,
    state: Extract<OrderState, 'not-sent' | 'abandoned'>,
    cause: string,
    at: number,
  ): void {
    for (const order of this.#ordersOf.get(intentId) ?? []) {
      if (order.state !== 'sealed') continue
      order.state = state
      order.updatedAt = at
      this.#note(order, cause)
    }
  }

  #moveIntent(intent: Changing<IntentRow>, state: IntentState, reason: string | null, at: number): void {
    if (FINAL_INTENT_STATES.includes(intent.state)) return
    intent.state = state
    intent.stateReason = reason
    intent.updatedAt = at
    if (FINAL_INTENT_STATES.includes(state)) this.#open.delete(intent)
  }

  #intent(id: string): Changing<IntentRow> {
    const intent = this.#intents.get(id)
    if (intent === undefined) throw noIntent(id)
    return intent
  }

  #order(sealedId: string): Changing<OrderRow> {
    const order = this.#orders.get(sealedId)
    if (order === undefined) throw noOrder(sealedId)
    return order
  }
}
