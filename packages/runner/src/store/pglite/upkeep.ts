import type { Logger } from '@portolan/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../kysely/schema.ts'

/** Tables whose rows are written over again and again, or removed. */
const REWRITTEN = ['positions', 'intents', 'orders', 'cursors', 'instruments', 'regime_readings', 'trades'] as const

/** A round takes some ms; in between, a position's state takes some 10 KB a write. */
const WRITES_BETWEEN = 1_000

/**
 * Counts writes and now and then frees the room of rows that were written over. PGlite has no autovacuum: a position's state, rewritten at every bar, would
 * otherwise grow the database without end.
 */
export function pgliteUpkeep(
  db: Kysely<Database>,
  writesBetween: number = WRITES_BETWEEN,
  logger?: Logger,
): () => Promise<void> {
  let writes = 0
  return async () => {
    writes += 1
    if (writes % writesBetween !== 0) return
    try {
      for (const table of REWRITTEN) await sql`vacuum ${sql.table(table)}`.execute(db)
    } catch (error) {
      // Whoever wrote has been served; the next round tries again.
      logger?.warn('could not free room in the database', { error: String(error) })
    }
  }
}
