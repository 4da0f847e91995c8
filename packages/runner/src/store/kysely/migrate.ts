import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration'
import { StoreError } from '../store-error.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Database } from './schema.ts'

/**
 * Brings the database to the schema of this code. Kysely holds an advisory lock meanwhile, so of two runners that start at once one waits.
 * `place` names the database in errors.
 * @throws {StoreError} `schema-too-new`
 */
export async function migrate(
  db: Kysely<Database>,
  place: string,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<void> {
  const unknown = (await executed(db)).filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new StoreError(
      'schema-too-new',
      `${place} was written by a newer Portolan (it knows the migration ${unknown.join(', ')}): update Portolan, or use another database`,
    )
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function executed(db: Kysely<Database>): Promise<readonly string[]> {
  const table = await sql<{
    there: boolean
  }>`select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as there`.execute(db)
  if (table.rows[0]?.there !== true) return []
  const names = await sql<{
    name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  return names.rows.map((row) => row.name)
}
