import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const ACCOUNT = sql`
  scope text not null,
  token_chain text not null check (token_chain <> '' and token_chain = lower(token_chain)),
  book_id text not null check (book_id <> '' and book_id = lower(book_id)),
  label text not null`

const STATEMENTS: readonly RawBuilder<unknown>[] = [
  // Sums of a position that only its saved state had so far.
  sql`alter table positions add fees_usd numeric not null default 0, add funding_usd numeric not null default 0`,
  sql`update positions set
    fees_usd = coalesce(substring(state -> 'book' ->> 'feesUsd' from '^-?[0-9]+(?:[.][0-9]+)?$')::numeric, 0),
    funding_usd = coalesce(substring(state -> 'book' ->> 'fundingUsd' from '^-?[0-9]+(?:[.][0-9]+)?$')::numeric, 0)
    where state is not null`,
  // Funding by the venue's id, the cost of a refused order by the order's: once an account, of which each position has a part.
  sql`create table charges (
    ${ACCOUNT},
    kind text not null check (kind in ('funding', 'order-cost')),
    charge_id text not null,
    part integer not null,
    seq bigint generated always as identity,
    position_id text not null references positions (id),
    instrument text not null,
    usd numeric not null,
    at bigint not null,
    booked_at bigint not null,
    primary key (scope, token_chain, book_id, label, kind, charge_id, part)
  )`,
  sql`create index charges_position on charges (position_id, at)`,
  // A liquidation may take from several positions at once.
  sql`alter table fills add part integer not null default 0`,
  sql`alter table fills drop constraint fills_pkey, add primary key (scope, token_chain, book_id, label, fill_id, part)`,
  // An intent may have several orders, one after the other.
  sql`alter table intents drop constraint intents_state_check, add constraint intents_state_check check (state in
    ('planned', 'submitted', 'resting', 'unknown', 'retrying', 'filled', 'partial', 'rejected', 'expired', 'skipped', 'not-sent', 'abandoned'))`,
  sql`drop index intents_open`,
  sql`create index intents_open on intents (position_id) where state in ('planned', 'submitted', 'resting', 'unknown', 'retrying')`,
  sql`create unique index orders_open on orders (intent_id) where state in ('sealed', 'submitting', 'resting', 'unknown')`,
  sql`create index orders_venue_id on orders (scope, token_chain, book_id, label, venue_order_id)`,
  sql`create table order_steps (
    order_id text not null references orders (id),
    seq bigint generated always as identity,
    token_chain text not null check (token_chain <> '' and token_chain = lower(token_chain)),
    book_id text not null check (book_id <> '' and book_id = lower(book_id)),
    state text not null check (state in
      ('sealed', 'submitting', 'resting', 'unknown', 'filled', 'partial', 'rejected', 'expired', 'not-sent', 'abandoned')),
    cause text not null,
    at bigint not null,
    primary key (order_id, seq)
  )`,
  // The newest claim of each account.
  sql`create table fences (
    ${ACCOUNT},
    token bigint not null,
    claimed_at bigint not null,
    primary key (scope, token_chain, book_id, label)
  )`,
]

/** Charges, several orders an intent with each of their steps, fills that move several positions, and claims with a token. */
export const ledger: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await statement.execute(db)
  },
}
