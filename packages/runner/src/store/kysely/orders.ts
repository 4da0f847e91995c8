import type { Outcome } from '@portolan/core'
import { outcomeReason } from '../outcome-reason.ts'
import { intentNotPlanned, noIntent, noOrder, orderNotSealed, sealedIdUsed } from '../refusals.ts'
import type { NewOrder } from '../store.ts'
import { FINAL_INTENT_STATES, FINAL_ORDER_STATES } from '../store.ts'
import { jsonText, storableText } from './json-text.ts'
import type { Db } from './rows.ts'

// Every change of an order locks its intent first: two connections can then never wait for each other.

export async function sealOrder(trx: Db, order: NewOrder, at: number): Promise<void> {
  const intent = await trx
    .selectFrom('intents')
    .innerJoin('positions', 'positions.id', 'intents.position_id')
    .select(['intents.state', 'intents.position_id', 'positions.token_chain', 'positions.book_id'])
    .select(['positions.scope', 'positions.label'])
    .where('intents.id', '=', order.intentId)
    .forUpdate('intents')
    .executeTakeFirst()
  if (intent === undefined) throw noIntent(order.intentId)
  if (intent.state !== 'planned') throw intentNotPlanned(order.intentId, intent.state)
  const { state: _, ...columns } = intent
  await trx
    .updateTable('orders')
    .set({ state: 'abandoned', updated_at: at })
    .where('intent_id', '=', order.intentId)
    .where('state', '=', 'sealed')
    .execute()
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
}

export async function markSubmitting(trx: Db, sealedId: string, at: number): Promise<void> {
  const { intentId, state } = await lockIntentOf(trx, sealedId)
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
    .where('state', '=', 'planned')
    .returning('id')
    .executeTakeFirst()
  if (intent === undefined) throw intentNotPlanned(intentId, state)
}

export async function recordOutcome(
  trx: Db,
  sealedId: string,
  outcome: Outcome,
  at: number,
): Promise<'recorded' | 'already-final'> {
  const { intentId } = await lockIntentOf(trx, sealedId)
  const order = await trx
    .updateTable('orders')
    .set({ state: outcome.kind, outcome: jsonText(outcome), updated_at: at })
    .$if('orderId' in outcome, (update) =>
      update.set({ venue_order_id: 'orderId' in outcome ? outcome.orderId : null }),
    )
    .where('id', '=', sealedId)
    .where('state', 'not in', FINAL_ORDER_STATES)
    .returning('id')
    .executeTakeFirst()
  if (order === undefined) return 'already-final'
  await trx
    .updateTable('intents')
    .set({ state: outcome.kind, state_reason: storableText(outcomeReason(outcome)), updated_at: at })
    .where('id', '=', intentId)
    .where('state', 'not in', FINAL_INTENT_STATES)
    .execute()
  return 'recorded'
}

export async function endIntent(
  trx: Db,
  intentId: string,
  end: { readonly state: 'skipped' | 'not-sent' | 'abandoned'; readonly reason: string },
  at: number,
): Promise<void> {
  const intent = await trx
    .updateTable('intents')
    .set({ state: end.state, state_reason: storableText(end.reason), updated_at: at })
    .where('id', '=', intentId)
    .where('state', '=', 'planned')
    .returning('id')
    .executeTakeFirst()
  if (intent === undefined) {
    const there = await trx.selectFrom('intents').select('state').where('id', '=', intentId).executeTakeFirst()
    if (there === undefined) throw noIntent(intentId)
    if (there.state !== end.state) throw intentNotPlanned(intentId, there.state)
    return
  }
  await trx
    .updateTable('orders')
    .set({ state: end.state === 'not-sent' ? 'not-sent' : 'abandoned', updated_at: at })
    .where('intent_id', '=', intentId)
    .where('state', '=', 'sealed')
    .execute()
}

async function lockIntentOf(trx: Db, sealedId: string) {
  const row = await trx
    .selectFrom('orders')
    .innerJoin('intents', 'intents.id', 'orders.intent_id')
    .select(['intents.id as intentId', 'intents.state'])
    .where('orders.id', '=', sealedId)
    .forUpdate('intents')
    .executeTakeFirst()
  if (row === undefined) throw noOrder(sealedId)
  return row
}
