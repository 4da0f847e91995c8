import type { IntentDeltaKey, IntentDeltaRow, NewIntentDelta, Scope } from '../store.ts'
import { storableText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns, venueOf } from './rows.ts'

export async function setIntentDelta(db: Db, delta: NewIntentDelta, at: number): Promise<void> {
  const { scope, venue, instrument, intentA, intentE, expiresAt, reason } = delta
  const values = {
    intent_a: intentA,
    intent_e: intentE,
    expires_at: expiresAt,
    reason: reason === null ? null : storableText(reason),
    created_at: at,
  }
  await db
    .insertInto('intent_deltas')
    .values({ scope, ...venueColumns(venue), instrument, ...values })
    .onConflict((conflict) => conflict.columns(['scope', 'token_chain', 'book_id', 'instrument']).doUpdateSet(values))
    .execute()
}

export async function clearIntentDelta(db: Db, { scope, venue, instrument }: IntentDeltaKey): Promise<boolean> {
  const columns = venueColumns(venue)
  const { numDeletedRows } = await db
    .deleteFrom('intent_deltas')
    .where('scope', '=', scope)
    .where('token_chain', '=', columns.token_chain)
    .where('book_id', '=', columns.book_id)
    .where('instrument', '=', instrument)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function intentDeltas(db: Db, scope: Scope): Promise<readonly IntentDeltaRow[]> {
  const rows = await db
    .selectFrom('intent_deltas')
    .selectAll()
    .where('scope', '=', scope)
    .orderBy('created_at')
    .orderBy('token_chain')
    .orderBy('book_id')
    .orderBy('instrument')
    .execute()
  return rows.map((row) => ({
    scope,
    venue: venueOf(row),
    instrument: row.instrument,
    intentA: row.intent_a,
    intentE: row.intent_e,
    expiresAt: row.expires_at,
    reason: row.reason,
    createdAt: row.created_at,
  }))
}
