import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Opinions on tokens from outside. Scores, not amounts: floats. */
export const intentDeltas: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table intent_deltas (
      scope text not null,
      token_chain text not null check (token_chain <> '' and token_chain = lower(token_chain)),
      book_id text not null check (book_id <> '' and book_id = lower(book_id)),
      instrument text not null,
      intent_a double precision not null,
      intent_e double precision not null,
      expires_at bigint not null,
      reason text,
      created_at bigint not null,
      primary key (scope, token_chain, book_id, instrument)
    )`.execute(db)
  },
}
