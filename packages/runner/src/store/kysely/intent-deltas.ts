import type { Interval } from '@portolan/core'
import type { Selectable } from 'kysely'
import type { IntentDeltaKey, IntentDeltaRow, NewIntentDelta, PastIntentDelta, Scope } from '../store.ts'
import { storableText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns, venueOf } from './rows.ts'
import type { Database } from './schema.ts'

/** In a transaction. */
export async function setIntentDelta(trx: Db, delta: NewIntentDelta, at: number): Promise<void> {
  const { scope, venue, instrument, intentA, intentE, expiresAt, reason } = delta
  await clearIntentDelta(trx, delta, at)
  const values = {
    intent_a: intentA,
    intent_e: intentE,
    expires_at: expiresAt,
    reason: reason === null ? null : storableText(reason),
    created_at: at,
  }
  await trx
    .insertInto('intent_deltas')
    .values({ scope, ...venueColumns(venue), instrument, ...values })
    // Of two that are set at once the later one counts.
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'token_chain', 'book_id', 'instrument'])
        .where('ended_at', 'is', null)
        .doUpdateSet(values),
    )
    .execute()
}

export async function clearIntentDelta(
  db: Db,
  { scope, venue, instrument }: IntentDeltaKey,
  at: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('intent_deltas')
    .set({ ended_at: at })
    .where((where) => where.and({ scope, ...venueColumns(venue), instrument }))
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function intentDeltas(db: Db, scope: Scope): Promise<readonly IntentDeltaRow[]> {
  const rows = await db
    .selectFrom('intent_deltas')
    .selectAll()
    .where('scope', '=', scope)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('token_chain')
    .orderBy('book_id')
    .orderBy('instrument')
    .execute()
  return rows.map(intentDeltaRow)
}

export async function pastIntentDeltas(
  db: Db,
  scope: Scope,
  { from, to }: Interval,
): Promise<readonly PastIntentDelta[]> {
  const rows = await db
    .selectFrom('intent_deltas')
    .selectAll()
    .where('scope', '=', scope)
    .where('created_at', '<', to)
    .where('expires_at', '>', from)
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', from)]))
    .orderBy('created_at')
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({ ...intentDeltaRow(row), endedAt: row.ended_at }))
}

function intentDeltaRow(row: Selectable<Database['intent_deltas']>): IntentDeltaRow {
  return {
    scope: row.scope,
    venue: venueOf(row),
    instrument: row.instrument,
    intentA: row.intent_a,
    intentE: row.intent_e,
    expiresAt: row.expires_at,
    reason: row.reason,
    createdAt: row.created_at,
  }
}
