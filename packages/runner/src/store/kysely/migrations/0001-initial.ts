import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The columns by which every row finds its venue; lower-case, as the registry matches them. */
const VENUE = sql`
  token_chain text not null check (token_chain <> '' and token_chain = lower(token_chain)),
  book_id text not null check (book_id <> '' and book_id = lower(book_id))`

// Amounts are numeric without precision: exact. Times are bigint, ms. What must come back byte for byte (an order was signed over it) is json,
// what people query is jsonb. `seq` keeps the order of insertion, which times in ms cannot.
const TABLES: readonly RawBuilder<unknown>[] = [
  sql`create table instruments (
    ${VENUE},
    source text not null,
    instrument text not null,
    seq bigint generated always as identity,
    base text not null,
    quote text not null,
    status text not null check (status in ('trading', 'delisted')),
    definition json not null,
    updated_at bigint not null,
    primary key (token_chain, book_id, source, instrument)
  )`,
  sql`create table trades (
    ${VENUE},
    source text not null,
    feed text not null check (feed in ('majors', 'trading')),
    instrument text not null,
    ts bigint not null,
    trade_id text not null,
    seq bigint generated always as identity,
    price numeric not null,
    quantity numeric not null,
    side text check (side in ('buy', 'sell')),
    primary key (token_chain, book_id, source, feed, instrument, ts, trade_id)
  )`,
  sql`create table bars (
    ${VENUE},
    source text not null,
    feed text not null check (feed in ('majors', 'trading')),
    instrument text not null,
    timeframe text not null,
    ts bigint not null,
    open double precision not null,
    high double precision not null,
    low double precision not null,
    close double precision not null,
    volume double precision not null,
    origin text not null check (origin in ('traded', 'filled', 'repaired')),
    gap_marked boolean not null,
    primary key (token_chain, book_id, source, feed, instrument, timeframe, ts)
  )`,
  sql`create table positions (
    id text primary key,
    scope text not null,
    ${VENUE},
    label text not null,
    instrument text not null,
    timeframe text not null,
    seq bigint generated always as identity,
    allocation_usd numeric not null,
    status text not null check (status in ('watchlist', 'active', 'dormant')),
    paused boolean not null default false,
    last_bar_ts bigint,
    quantity numeric not null default 0,
    average_entry numeric,
    invested_usd numeric not null default 0,
    extracted_usd numeric not null default 0,
    realised_pnl_usd numeric not null default 0,
    state json,
    unique (scope, token_chain, book_id, label, instrument, timeframe)
  )`,
  // Rewritten at every bar: compressing 24 KB would be half of what a step costs.
  sql`alter table positions alter column state set storage external`,
  sql`create table steps (
    position_id text not null references positions (id),
    bar_ts bigint not null,
    ${VENUE},
    at bigint not null,
    decision jsonb,
    intent_id text,
    primary key (position_id, bar_ts)
  )`,
  sql`create table intents (
    id text primary key,
    seq bigint generated always as identity unique,
    position_id text not null references positions (id),
    bar_ts bigint not null,
    ${VENUE},
    side text not null check (side in ('buy', 'sell')),
    rule text not null,
    state text not null check (state in
      ('planned', 'submitted', 'resting', 'unknown', 'filled', 'partial', 'rejected', 'expired', 'skipped', 'not-sent', 'abandoned')),
    state_reason text,
    explanation jsonb,
    created_at bigint not null,
    updated_at bigint not null,
    unique (position_id, bar_ts)
  )`,
  sql`create index intents_open on intents (position_id) where state in ('planned', 'submitted', 'resting', 'unknown')`,
  sql`create table orders (
    id text primary key,
    seq bigint generated always as identity,
    intent_id text not null references intents (id),
    position_id text not null references positions (id),
    scope text not null,
    ${VENUE},
    label text not null,
    sealed json not null,
    request json,
    state text not null check (state in
      ('sealed', 'submitting', 'resting', 'unknown', 'filled', 'partial', 'rejected', 'expired', 'not-sent', 'abandoned')),
    venue_order_id text,
    outcome json,
    created_at bigint not null,
    updated_at bigint not null
  )`,
  sql`create index orders_intent on orders (intent_id)`,
  sql`create table fills (
    scope text not null,
    ${VENUE},
    label text not null,
    fill_id text not null,
    seq bigint generated always as identity,
    position_id text references positions (id),
    intent_id text references intents (id),
    order_id text not null,
    sealed_id text,
    instrument text not null,
    side text not null check (side in ('buy', 'sell')),
    price numeric not null,
    quantity numeric not null,
    fee_in text not null check (fee_in in ('quote', 'base', 'other')),
    fee_amount numeric not null,
    fee_asset text,
    fee_usd numeric,
    cause text check (cause in ('order', 'liquidation', 'auto-deleveraging', 'settlement')),
    at bigint not null,
    booked_at bigint not null,
    primary key (scope, token_chain, book_id, label, fill_id),
    check ((fee_in = 'other') = (fee_asset is not null and fee_usd is not null))
  )`,
  sql`create index fills_position on fills (position_id, at)`,
  sql`create index fills_intent on fills (intent_id)`,
  sql`create table closed_trades (
    position_id text not null references positions (id),
    closed_at bigint not null,
    pattern text not null,
    seq bigint generated always as identity,
    scope text not null,
    ${VENUE},
    timeframe text not null,
    r double precision not null,
    trade jsonb,
    primary key (position_id, closed_at, pattern)
  )`,
  sql`create index closed_trades_pattern on closed_trades (scope, token_chain, book_id, timeframe, pattern, closed_at, seq)`,
  sql`create table regime_readings (
    scope text not null,
    ${VENUE},
    driver text not null,
    timeframe text not null,
    ts bigint not null,
    state text not null,
    reading jsonb,
    primary key (scope, token_chain, book_id, driver, timeframe, ts)
  )`,
  sql`create table cursors (
    scope text not null,
    ${VENUE},
    label text not null,
    name text not null,
    value text not null,
    updated_at bigint not null,
    primary key (scope, token_chain, book_id, label, name)
  )`,
]

/** The first schema. */
export const initial: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of TABLES) await statement.execute(db)
  },
}
