import { sql } from 'kysely'
import { ambiguousIntent } from '../refusals.ts'
import type { IntentRow, IntentStory, OrderRow, Scope } from '../store.ts'
import { FINAL_INTENT_STATES } from '../store.ts'
import { charges } from './charges.ts'
import type { Db } from './rows.ts'
import { fillRow, intentRow, orderRow, orderStepRow, positionRow, stepRow } from './rows.ts'

export async function openIntents(
  db: Db,
  scope: Scope,
): Promise<readonly { readonly intent: IntentRow; readonly orders: readonly OrderRow[] }[]> {
  const rows = await intentsWithPosition(db)
    .where('positions.scope', '=', scope)
    .where('intents.state', 'not in', FINAL_INTENT_STATES)
    .orderBy('intents.seq')
    .execute()
  const intents = rows.map(intentRow)
  const orders = await ordersOf(
    db,
    intents.map((intent) => intent.id),
  )
  return intents.map((intent) => ({ intent, orders: orders.filter((order) => order.intentId === intent.id) }))
}

export async function intents(db: Db, scope: Scope | null, limit: number): Promise<readonly IntentRow[]> {
  const rows = await intentsWithPosition(db)
    .$if(scope !== null, (query) => query.where('positions.scope', '=', scope))
    .orderBy('intents.seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(intentRow)
}

export async function story(db: Db, idOrBeginning: string): Promise<IntentStory | null> {
  const found = await intentsWithPosition(db)
    .where(sql<boolean>`starts_with(intents.id, ${idOrBeginning})`)
    .orderBy(sql`intents.id = ${idOrBeginning}`, 'desc')
    .limit(2)
    .execute()
  const [row, another] = found
  if (row === undefined) return null
  if (another !== undefined && row.id !== idOrBeginning) throw ambiguousIntent(idOrBeginning)
  const intent = intentRow(row)
  const position = await db
    .selectFrom('positions')
    .selectAll()
    .where('id', '=', intent.positionId)
    .executeTakeFirstOrThrow()
  const step = await db
    .selectFrom('steps')
    .selectAll()
    .where('position_id', '=', intent.positionId)
    .where('bar_ts', '=', intent.barTs)
    .executeTakeFirst()
  const fills = await db
    .selectFrom('fills')
    .selectAll()
    .where('intent_id', '=', intent.id)
    .orderBy('at')
    .orderBy('seq')
    .execute()
  return {
    intent,
    position: positionRow(position),
    step: step === undefined ? null : stepRow(step),
    ...(await ordersWithSteps(db, intent)),
    fills: fills.map(fillRow),
  }
}

async function ordersWithSteps(db: Db, { id, positionId }: IntentRow) {
  const orders = await ordersOf(db, [id])
  const steps = await db
    .selectFrom('order_steps')
    .innerJoin('orders', 'orders.id', 'order_steps.order_id')
    .selectAll('order_steps')
    .where('orders.intent_id', '=', id)
    .orderBy('order_steps.seq')
    .execute()
  const ours = new Set(orders.map((order) => order.id))
  const costs = orders.length === 0 ? [] : await charges(db, positionId)
  return {
    orders,
    orderSteps: steps.map(orderStepRow),
    charges: costs.filter((charge) => charge.kind === 'order-cost' && ours.has(charge.id)),
  }
}

function intentsWithPosition(db: Db) {
  return db
    .selectFrom('intents')
    .innerJoin('positions', 'positions.id', 'intents.position_id')
    .selectAll('intents')
    .select(['positions.scope', 'positions.label', 'positions.instrument', 'positions.timeframe'])
}

async function ordersOf(db: Db, intentIds: readonly string[]): Promise<readonly OrderRow[]> {
  if (intentIds.length === 0) return []
  const rows = await db.selectFrom('orders').selectAll().where('intent_id', 'in', intentIds).orderBy('seq').execute()
  return rows.map(orderRow)
}
