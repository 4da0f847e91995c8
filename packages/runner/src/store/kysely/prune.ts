import { sql } from 'kysely'
import type { PruneRequest } from '../store.ts'
import type { Db } from './rows.ts'

/** Removes rows by their age; returns how many. */
export async function prune(db: Db, { table, before }: PruneRequest): Promise<number> {
  switch (table) {
    case 'trades': {
      const { numDeletedRows } = await db.deleteFrom('trades').where('ts', '<', before).executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    }
    case 'regime-readings': {
      const { numDeletedRows } = await db
        .deleteFrom('regime_readings')
        .where('ts', '<', before)
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    }
    case 'steps': {
      const { numAffectedRows = 0n } = await sql`
        delete from steps using positions
        where positions.id = steps.position_id and steps.at < ${before} and steps.intent_id is null
          and steps.bar_ts < positions.last_bar_ts`.execute(db)
      return Number(numAffectedRows)
    }
  }
}
