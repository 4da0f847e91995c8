import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What was ordered of trading (halt, reduce, flatten, resume) and what losses are measured against. An order for everything has empty venue columns, which
 * no venue can have.
 */
export const tradingOrders: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table trading_orders (
      scope text not null,
      token_chain text not null check (token_chain = lower(token_chain)),
      book_id text not null check (book_id = lower(book_id)),
      label text not null,
      state text not null check (state in ('active', 'reducing', 'halted')),
      flatten_at bigint,
      reason text not null,
      by text not null check (by in ('operator', 'breaker')),
      at bigint not null,
      primary key (scope, token_chain, book_id, label)
    )`.execute(db)
    await sql`create table profit_marks (
      scope text not null primary key,
      since bigint not null,
      day bigint not null,
      day_start_usd numeric not null,
      peak_usd numeric not null
    )`.execute(db)
  },
}
