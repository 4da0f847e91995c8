import type { Logger } from '@portolan/core'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { databaseError } from '../kysely/database-error.ts'
import { KyselyStore } from '../kysely/kysely-store.ts'
import { migrate } from '../kysely/migrate.ts'
import type { Database } from '../kysely/schema.ts'
import { StoreError } from '../store-error.ts'
import { lockInPostgres } from './lock.ts'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly now: () => number
  readonly logger?: Logger
}

// A query that takes longer than this is stuck: the loop must learn of it rather than wait.
const STATEMENT_TIMEOUT_MS = 30_000

/** Opens the store in PostgreSQL. @throws {StoreError} `unreachable` names host, port and database, never the password. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<KyselyStore> {
  const { url, now, logger } = options
  const place = placeOf(url)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'portolan',
    max: 5,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    // The server's own limit comes first; this one is for a server that does not answer any more.
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    types: { getTypeParser },
  })
  // Without a listener, a connection that breaks while idle would end the process. The pool replaces it.
  pool.on('error', (error) => logger?.warn('an idle connection to the database broke', { place, error: error.message }))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db, place)
  } catch (error) {
    await pool.end()
    throw databaseError(error, 'prepare the tables', place)
  }
  return new KyselyStore({ db, place, now, lock: (name) => lockInPostgres(pool, name, place) })
}

/** Of this pool only, never of the process: bigint (times, counts) as a number, numeric as the exact text that it is by default. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')

function placeOf(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : null
  if (address === null || !/^postgres(ql)?:$/.test(address.protocol)) {
    // The text itself stays out of the message: there may be a password in it.
    throw new StoreError(
      'unreachable',
      'store.url is not the address of a PostgreSQL database: expected postgres://user:password@host:port/database',
    )
  }
  const host = decodeURIComponent(address.hostname) || address.searchParams.get('host') || 'localhost'
  return `PostgreSQL at ${host}:${address.port || '5432'}, database "${decodeURIComponent(address.pathname.slice(1))}"`
}
