import type { DecimalString } from '@portolan/core'
import { sql } from 'kysely'
import { positionId } from '../position-id.ts'
import { intentIdUsed, noPosition } from '../refusals.ts'
import type { PositionKey, PositionRow, Scope, StepRecord, StoredStep } from '../store.ts'
import { isDuplicateIn } from './database-error.ts'
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
export async function recordStep(db: Db, step: StepRecord): Promise<'recorded' | 'already-recorded'> {
  const { positionId: id, barTs, at, intent } = step
  const planned =
    intent === null
      ? sql``
      : sql`, planned as (
          insert into intents (id, position_id, bar_ts, token_chain, book_id, side, rule, state, state_reason, explanation, created_at, updated_at)
          select ${intent.id}, id, ${barTs}::bigint, token_chain, book_id, ${intent.side}, ${intent.rule}, ${intent.state},
            ${intent.stateReason == null ? null : storableText(intent.stateReason)}, ${jsonText(intent.explanation)}::jsonb, ${at}::bigint, ${at}::bigint
          from moved)`
  const statement = sql<{ moved: boolean }>`
    with moved as (
      update positions set last_bar_ts = ${barTs}, state = ${jsonText(step.state)}::json, status = ${step.status}
      where id = ${id} and (last_bar_ts is null or last_bar_ts < ${barTs})
      returning id, token_chain, book_id
    ), written as (
      insert into steps (position_id, bar_ts, token_chain, book_id, at, decision, intent_id)
      select id, ${barTs}::bigint, token_chain, book_id, ${at}::bigint, ${jsonText(step.decision)}::jsonb, ${intent?.id ?? null} from moved
    )${planned}
    select exists (select from moved) as moved`
  const { rows } = await statement.execute(db).catch((error: unknown) => {
    throw intent !== null && isDuplicateIn(error, 'intents') ? intentIdUsed(intent.id) : error
  })
  if (rows[0]?.moved === true) return 'recorded'
  const there = await db.selectFrom('positions').select('id').where('id', '=', id).executeTakeFirst()
  if (there === undefined) throw noPosition(id)
  return 'already-recorded'
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
