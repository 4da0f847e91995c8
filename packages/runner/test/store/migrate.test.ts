import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/kysely/migrate.ts'
import { MIGRATIONS } from '../../src/store/kysely/migrations/index.ts'
import type { Database } from '../../src/store/kysely/schema.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { PostgresServer } from '../fixtures/postgres.ts'
import { startPostgres } from '../fixtures/postgres.ts'
import { addPosition, unique } from './behaviour/samples.ts'

interface Column {
  readonly table_name: string
  readonly column_name: string
}

const COLUMNS = `select table_name, column_name, data_type, is_nullable, column_default, numeric_precision from information_schema.columns
  where table_schema = 'public' and table_name not like 'kysely%' order by table_name, column_name`

const RULES = `select conrelid::regclass::text as table_name, pg_get_constraintdef(oid) as rule from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c') order by 1, 2`

describe('migrations', () => {
  let pglite: PGlite
  let db: Kysely<Database>
  let server: PostgresServer
  beforeAll(async () => {
    pglite = await PGlite.create()
    db = new Kysely({ dialect: new PGliteDialect({ pglite }) })
    await migrate(db, 'the test database')
    server = await startPostgres()
    const store = await openStore({ kind: 'postgres', url: server.url }, { now: Date.now })
    await store[Symbol.asyncDispose]()
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.[Symbol.asyncDispose]()
  })

  async function inPostgres(query: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const { rows } = await client.query(query)
    await client.end()
    return rows
  }

  it('make the same schema in PGlite and PostgreSQL', async () => {
    for (const query of [COLUMNS, RULES]) {
      const { rows } = await pglite.query(query)
      expect(rows.length).toBeGreaterThan(50)
      expect(await inPostgres(query)).toEqual(rows)
    }
  })

  it('give every table the venue key, in lower case', async () => {
    const { rows } = await pglite.query<Column>(COLUMNS)
    const tables = new Set(rows.map((row) => row.table_name))
    expect([...tables].toSorted()).toEqual([
      'bars',
      'charges',
      'closed_trades',
      'cursors',
      'fences',
      'fills',
      'instruments',
      'intent_deltas',
      'intents',
      'order_steps',
      'orders',
      'positions',
      'profit_marks',
      'regime_readings',
      'steps',
      'trades',
      'trading_orders',
    ])
    // What all positions of a scope have earned is of no one venue.
    tables.delete('profit_marks')
    for (const table of tables) {
      for (const column of ['token_chain', 'book_id']) {
        const { rows: checks } = await pglite.query(
          `select 1 from pg_constraint where conrelid = $1::regclass and contype = 'c' and pg_get_constraintdef(oid) like $2`,
          [table, `%${column} = lower(${column})%`],
        )
        expect(checks, `${table}.${column}`).toHaveLength(1)
      }
    }
    await expect(pglite.query(`insert into cursors values ('s', 'Acme', 'perps', 'l', 'n', 'v', 0)`)).rejects.toThrow(
      'check constraint',
    )
  })

  it('never store an amount as a float', async () => {
    const { rows } = await pglite.query<Column & { data_type: string }>(COLUMNS)
    const floats = rows.filter((row) => row.data_type === 'double precision')
    expect(floats.map((row) => `${row.table_name}.${row.column_name}`)).toEqual([
      'bars.close',
      'bars.high',
      'bars.low',
      'bars.open',
      'bars.volume',
      'closed_trades.r',
      // Scores.
      'intent_deltas.intent_a',
      'intent_deltas.intent_e',
    ])
  })

  it('run again change nothing', async () => {
    const { rows: before } = await pglite.query('select * from kysely_migration')
    await migrate(db, 'the test database')
    const { rows: after } = await pglite.query('select * from kysely_migration')
    expect(after).toEqual(before)
    expect(after).toHaveLength(Object.keys(MIGRATIONS).length)
  })

  it('take up a database of an earlier schema with its rows', async () => {
    const url = await server.createDatabase('earlier')
    const scope = unique('scope')
    await using store = await openStore({ kind: 'postgres', url }, { now: Date.now })
    await addPosition(store, scope)
    const pool = new pg.Pool({ connectionString: url })
    const { PostgresDialect } = await import('kysely')
    const later = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
    const next = {
      up: async (on: Kysely<unknown>) => void (await sql`alter table positions add note text`.execute(on)),
    }
    await migrate(later, 'the test database', { ...MIGRATIONS, '9999-next': next })
    const { rows } = await sql<{ note: null; scope: string }>`select note, scope from positions`.execute(later)
    expect(rows).toEqual([{ note: null, scope }])
    await later.destroy()
  })

  it('refuse a database that a newer version wrote, and change nothing in it', async () => {
    const url = await server.createDatabase('newer')
    const first = await openStore({ kind: 'postgres', url }, { now: Date.now })
    await first[Symbol.asyncDispose]()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`insert into kysely_migration values ('9999-from-the-future', '2099-01-01T00:00:00.000Z')`)
    await client.end()
    await expect(openStore({ kind: 'postgres', url }, { now: Date.now })).rejects.toMatchObject({
      name: 'StoreError',
      code: 'schema-too-new',
      message: expect.stringMatching(/database "newer".*9999-from-the-future.*update Portolan/),
    })
  })
})
