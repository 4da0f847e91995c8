import type { DecimalString } from '@portolan/core'
import { positionId } from '../position-id.ts'
import { intentIdUsed, noPosition } from '../refusals.ts'
import type { PositionKey, PositionRow, Scope, StepRecord, StoredStep } from '../store.ts'
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

export async function recordStep(trx: Db, step: StepRecord): Promise<'recorded' | 'already-recorded'> {
  const { positionId: id, barTs, intent } = step
  const position = await trx
    .updateTable('positions')
    .set({ last_bar_ts: barTs, state: jsonText(step.state), status: step.status })
    .where('id', '=', id)
    .where((where) => where.or([where('last_bar_ts', 'is', null), where('last_bar_ts', '<', barTs)]))
    .returning(['token_chain', 'book_id'])
    .executeTakeFirst()
  if (position === undefined) {
    const there = await trx.selectFrom('positions').select('id').where('id', '=', id).executeTakeFirst()
    if (there === undefined) throw noPosition(id)
    return 'already-recorded'
  }
  await trx
    .insertInto('steps')
    .values({
      position_id: id,
      bar_ts: barTs,
      ...position,
      at: step.at,
      decision: jsonText(step.decision),
      intent_id: intent?.id ?? null,
    })
    .execute()
  if (intent !== null) {
    const inserted = await trx
      .insertInto('intents')
      .values({
        id: intent.id,
        position_id: id,
        bar_ts: barTs,
        ...position,
        side: intent.side,
        rule: intent.rule,
        state: intent.state,
        state_reason: intent.stateReason == null ? null : storableText(intent.stateReason),
        explanation: jsonText(intent.explanation),
        created_at: step.at,
        updated_at: step.at,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (inserted === undefined) throw intentIdUsed(intent.id)
  }
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
