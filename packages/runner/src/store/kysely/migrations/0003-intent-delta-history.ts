import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Intent deltas are ended, not removed: a replay asks what counted when. And market data and steps can be forgotten by their age. */
export const intentDeltaHistory: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table intent_deltas drop constraint intent_deltas_pkey`.execute(db)
    await sql`alter table intent_deltas add column seq bigint generated always as identity primary key`.execute(db)
    await sql`alter table intent_deltas add column ended_at bigint`.execute(db)
    await sql`create unique index intent_deltas_current on intent_deltas (scope, token_chain, book_id, instrument)
      where ended_at is null`.execute(db)
    // Both tables grow in the order of time: a block range index costs next to nothing.
    await sql`create index trades_by_time on trades using brin (ts)`.execute(db)
    await sql`create index steps_by_time on steps using brin (at)`.execute(db)
  },
}
