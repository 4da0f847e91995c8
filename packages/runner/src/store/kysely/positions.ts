import type { DecimalString } from '@portolan/core'
import { sql } from 'kysely'
import { positionId } from '../position-id.ts'
import { fencedOff, intentIdUsed, noPosition, otherAccount } from '../refusals.ts'
import type { Fence, LatePlan, PositionKey, PositionRow, Scope, StepRecord, StoredStep } from '../store.ts'
import { accountColumns } from './account-columns.ts'
import { isDuplicateIn } from './database-error.ts'
import { holdFence } from './fences.ts'
import { jsonText, storableText } from './json-text.ts'
import type { Db } from './rows.ts'
import { positionRow, stepRow, venueColumns } from './rows.ts'

export async function positions(db: Db, scope: Scope): Promise<readonly PositionRow[]> {
  const rows = await db.selectFrom('positions').selectAll().where('scope', '=', scope).orderBy('seq').execute()
  return rows.map(positionRow)
}

export async function addPosition(trx: Db, key: PositionKey, allocationUsd: DecimalString): Promise<PositionRow> {
  const id = positionId(key)
  // Any conflict: two connections that add it at once may meet at the id or at the key.
  const added = await trx
    .insertInto('positions')
    .values({
      id,
      scope: key.scope,
      ...venueColumns(key.venue),
      label: key.label,
      instrument: key.instrument,
      timeframe: key.timeframe,
      allocation_usd: allocationUsd,
      status: 'dormant',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  const there = trx.updateTable('positions').set({ allocation_usd: allocationUsd }).where('id', '=', id).returningAll()
  return positionRow(added ?? (await there.executeTakeFirstOrThrow()))
}

export async function setPaused(db: Db, id: string, paused: boolean): Promise<void> {
  const row = await db.updateTable('positions').set({ paused }).where('id', '=', id).returning('id').executeTakeFirst()
  if (row === undefined) throw noPosition(id)
}

/** All of it in one statement: it is the write that happens at every bar, and a statement alone is a transaction with a quarter of the round trips. */
export async function recordStep(
  db: Db,
  step: StepRecord,
  fence?: Fence | null,
): Promise<'recorded' | 'already-recorded'> {
  const { positionId: id, barTs, at, intent } = step
  const planned =
    intent === null
      ? sql``
      : sql`, planned as (
          insert into intents (id, position_id, bar_ts, token_chain, book_id, side, rule, state, state_reason, explanation, created_at, updated_at)
          select ${intent.id}, id, ${barTs}::bigint, token_chain, book_id, ${intent.side}, ${intent.rule}, ${intent.state},
            ${intent.stateReason == null ? null : storableText(intent.stateReason)}, ${jsonText(intent.explanation)}::jsonb, ${at}::bigint, ${at}::bigint
          from moved)`
  const { held, isHeld, isOurs } = fenceOf(fence)
  const statement = sql<{ moved: boolean; held: boolean }>`
    with ${held}moved as (
      update positions set last_bar_ts = ${barTs}, state = ${jsonText(step.state)}::json, status = ${step.status}
      where id = ${id} and (last_bar_ts is null or last_bar_ts < ${barTs}) and ${isOurs}
      returning id, token_chain, book_id
    ), written as (
      insert into steps (position_id, bar_ts, token_chain, book_id, at, decision, intent_id)
      select id, ${barTs}::bigint, token_chain, book_id, ${at}::bigint, ${jsonText(step.decision)}::jsonb, ${intent?.id ?? null} from moved
    )${planned}
    select exists (select from moved) as moved, ${isHeld} as held`
  const { rows } = await statement.execute(db).catch((error: unknown) => {
    throw intent !== null && isDuplicateIn(error, 'intents') ? intentIdUsed(intent.id) : error
  })
  if (rows[0]?.moved === true) return 'recorded'
  const there = await db
    .selectFrom('positions')
    .select(['id', 'scope', 'token_chain', 'book_id', 'label'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (there === undefined) throw noPosition(id)
  if (fence != null) {
    const own = accountColumns(fence)
    if (Object.entries(own).some(([column, value]) => there[column as keyof typeof own] !== value))
      throw otherAccount(fence)
    if (rows[0]?.held !== true) throw fencedOff(fence)
  }
  return 'already-recorded'
}

/** Holds the fence within the one statement that a step is. */
function fenceOf(fence: Fence | null | undefined) {
  if (fence == null) return { held: sql``, isHeld: sql`true`, isOurs: sql`true` }
  const { scope, token_chain, book_id, label } = accountColumns(fence)
  const held = sql`held as (
      select scope, token_chain, book_id, label from fences
      where scope = ${scope} and token_chain = ${token_chain} and book_id = ${book_id} and label = ${label} and token = ${fence.token}
      for share
    ), `
  const isOurs = sql`exists (
    select from held where held.scope = positions.scope and held.token_chain = positions.token_chain
      and held.book_id = positions.book_id and held.label = positions.label)`
  return { held, isHeld: sql`exists (select from held)`, isOurs }
}

/** In a transaction. */
export async function recordPlan(
  trx: Db,
  plan: LatePlan,
  fence?: Fence | null,
): Promise<'recorded' | 'already-planned' | 'not-last'> {
  const { positionId: id, barTs, at, intent, ordered = false } = plan
  const position = await trx
    .selectFrom('positions')
    .select(['scope', 'token_chain', 'book_id', 'label', 'last_bar_ts'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (position === undefined) throw noPosition(id)
  await holdFence(trx, fence, position)
  if (!ordered && position.last_bar_ts !== barTs) return 'not-last'
  const planned = await trx
    .selectFrom('intents')
    .select('id')
    .where('position_id', '=', id)
    .where('bar_ts', '=', barTs)
    .executeTakeFirst()
  if (planned !== undefined) return 'already-planned'
  await trx
    .insertInto('intents')
    .values({
      id: intent.id,
      position_id: id,
      bar_ts: barTs,
      token_chain: position.token_chain,
      book_id: position.book_id,
      side: intent.side,
      rule: intent.rule,
      state: intent.state,
      state_reason: intent.stateReason == null ? null : storableText(intent.stateReason),
      explanation: jsonText(intent.explanation),
      created_at: at,
      updated_at: at,
    })
    .execute()
    .catch((error: unknown) => {
      throw isDuplicateIn(error, 'intents') ? intentIdUsed(intent.id) : error
    })
  await trx
    .updateTable('steps')
    .set({ intent_id: intent.id })
    .where('position_id', '=', id)
    .where('bar_ts', '=', barTs)
    .execute()
  return 'recorded'
}

export async function steps(db: Db, id: string, limit: number): Promise<readonly StoredStep[]> {
  const rows = await db
    .selectFrom('steps')
    .selectAll()
    .where('position_id', '=', id)
    .orderBy('bar_ts', 'desc')
    .limit(limit)
    .execute()
  return rows.map(stepRow)
}
