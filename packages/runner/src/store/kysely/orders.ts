import type { Outcome } from '@portolan/core'
import { isFinal } from '@portolan/core'
import { mayEnd } from '../ledger.ts'
import { ANOTHER_SEALED, outcomeReason, SEALED, SUBMITTING } from '../outcome-reason.ts'
import { intentNotPlanned, noIntent, noOrder, orderNotSealed, orderOpen, sealedIdUsed } from '../refusals.ts'
import type {
  AccountKey,
  Fence,
  NewOrder,
  OrderRow,
  OrderState,
  OutcomeOptions,
  TriedEnd,
  UnsentEnd,
} from '../store.ts'
import { FINAL_INTENT_STATES, FINAL_ORDER_STATES } from '../store.ts'
import { accountColumns } from './account-columns.ts'
import { holdFence } from './fences.ts'
import { bookShares } from './fills.ts'
import { jsonText, storableText } from './json-text.ts'
import type { Db } from './rows.ts'
import { orderRow } from './rows.ts'

// Every change of an order locks its intent first: two connections can then never wait for each other.

export async function sealOrder(trx: Db, order: NewOrder, at: number, fence?: Fence | null): Promise<void> {
  const { state: intentState, ...columns } = await lockIntent(trx, order.intentId)
  await holdFence(trx, fence, columns)
  if (intentState !== 'planned' && intentState !== 'retrying') throw intentNotPlanned(order.intentId, intentState)
  const open = await trx
    .selectFrom('orders')
    .select(['id', 'state'])
    .where('intent_id', '=', order.intentId)
    .where('state', 'not in', ['sealed', ...FINAL_ORDER_STATES])
    .executeTakeFirst()
  if (open !== undefined) throw orderOpen(order.intentId, open.id, open.state)
  await leaveUnsent(trx, order.intentId, 'abandoned', ANOTHER_SEALED, at)
  const inserted = await trx
    .insertInto('orders')
    .values({
      ...columns,
      id: order.sealed.id,
      intent_id: order.intentId,
      sealed: jsonText(order.sealed),
      request: jsonText(order.request),
      state: 'sealed',
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) throw sealedIdUsed(order.sealed.id)
  await note(trx, { id: order.sealed.id, ...columns }, 'sealed', SEALED, at)
}

export async function markSubmitting(trx: Db, sealedId: string, at: number, fence?: Fence | null): Promise<void> {
  const { intentId, state, ...columns } = await lockIntentOf(trx, sealedId)
  await holdFence(trx, fence, columns)
  const order = await trx
    .updateTable('orders')
    .set({ state: 'submitting', updated_at: at })
    .where('id', '=', sealedId)
    .where('state', '=', 'sealed')
    .returning('id')
    .executeTakeFirst()
  if (order === undefined) {
    const there = await trx.selectFrom('orders').select('state').where('id', '=', sealedId).executeTakeFirstOrThrow()
    throw orderNotSealed(sealedId, there.state)
  }
  const intent = await trx
    .updateTable('intents')
    .set({ state: 'submitted', state_reason: null, updated_at: at })
    .where('id', '=', intentId)
    .where('state', 'in', ['planned', 'retrying'])
    .returning('id')
    .executeTakeFirst()
  if (intent === undefined) throw intentNotPlanned(intentId, state)
  await note(trx, { id: sealedId, ...columns }, 'submitting', SUBMITTING, at)
}

export async function recordOutcome(
  trx: Db,
  sealedId: string,
  outcome: Outcome,
  { retry = false, booking }: OutcomeOptions,
  at: number,
  fence?: Fence | null,
): Promise<'recorded' | 'already-final'> {
  const { intentId, state: _, ...columns } = await lockIntentOf(trx, sealedId)
  await holdFence(trx, fence, columns)
  const before = await trx.selectFrom('orders').select('state').where('id', '=', sealedId).executeTakeFirstOrThrow()
  if (FINAL_ORDER_STATES.includes(before.state)) return 'already-final'
  // A cost that is booked already stays as it is; what became of the order is written all the same.
  if (booking !== undefined) await bookShares(trx, [booking], at)
  await trx
    .updateTable('orders')
    .set({ state: outcome.kind, outcome: jsonText(outcome), updated_at: at })
    .$if('orderId' in outcome, (update) =>
      update.set({ venue_order_id: 'orderId' in outcome ? outcome.orderId : null }),
    )
    .where('id', '=', sealedId)
    .execute()
  const cause = storableText(outcomeReason(outcome))
  if (before.state !== outcome.kind) await note(trx, { id: sealedId, ...columns }, outcome.kind, cause, at)
  await trx
    .updateTable('intents')
    .set({ state: retry && isFinal(outcome) ? 'retrying' : outcome.kind, state_reason: cause, updated_at: at })
    .where('id', '=', intentId)
    .where('state', 'not in', FINAL_INTENT_STATES)
    .execute()
  return 'recorded'
}

export async function endIntent(
  trx: Db,
  intentId: string,
  end: { readonly state: UnsentEnd | TriedEnd; readonly reason: string },
  at: number,
  fence?: Fence | null,
): Promise<void> {
  const { state, ...columns } = await lockIntent(trx, intentId)
  await holdFence(trx, fence, columns)
  if (state === end.state) return
  if (!mayEnd(state, end.state)) throw intentNotPlanned(intentId, state)
  const reason = storableText(end.reason)
  await trx
    .updateTable('intents')
    .set({ state: end.state, state_reason: reason, updated_at: at })
    .where('id', '=', intentId)
    .execute()
  await leaveUnsent(trx, intentId, end.state === 'not-sent' ? 'not-sent' : 'abandoned', reason, at)
}

export async function findOrders(db: Db, account: AccountKey, ids: readonly string[]): Promise<readonly OrderRow[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('orders')
    .selectAll()
    .where((where) => where.and({ ...accountColumns(account) }))
    .where((where) => where.or([where('id', 'in', ids), where('venue_order_id', 'in', ids)]))
    .orderBy('seq')
    .execute()
  return rows.map(orderRow)
}

async function leaveUnsent(
  trx: Db,
  intentId: string,
  state: Extract<OrderState, 'not-sent' | 'abandoned'>,
  cause: string,
  at: number,
): Promise<void> {
  const left = await trx
    .updateTable('orders')
    .set({ state, updated_at: at })
    .where('intent_id', '=', intentId)
    .where('state', '=', 'sealed')
    .returning(['id', 'token_chain', 'book_id'])
    .execute()
  for (const order of left) await note(trx, order, state, cause, at)
}

async function note(
  trx: Db,
  order: { readonly id: string; readonly token_chain: string; readonly book_id: string },
  state: OrderState,
  cause: string,
  at: number,
): Promise<void> {
  const { id: order_id, token_chain, book_id } = order
  await trx.insertInto('order_steps').values({ order_id, token_chain, book_id, state, cause, at }).execute()
}

async function lockIntent(trx: Db, intentId: string) {
  const intent = await trx
    .selectFrom('intents')
    .innerJoin('positions', 'positions.id', 'intents.position_id')
    .select(['intents.state', 'intents.position_id', 'positions.token_chain', 'positions.book_id'])
    .select(['positions.scope', 'positions.label'])
    .where('intents.id', '=', intentId)
    .forUpdate('intents')
    .executeTakeFirst()
  if (intent === undefined) throw noIntent(intentId)
  return intent
}

async function lockIntentOf(trx: Db, sealedId: string) {
  const row = await trx
    .selectFrom('orders')
    .innerJoin('intents', 'intents.id', 'orders.intent_id')
    .select(['intents.id as intentId', 'intents.state'])
    .select(['orders.scope', 'orders.token_chain', 'orders.book_id', 'orders.label'])
    .where('orders.id', '=', sealedId)
    .forUpdate('intents')
    .executeTakeFirst()
  if (row === undefined) throw noOrder(sealedId)
  return row
}
