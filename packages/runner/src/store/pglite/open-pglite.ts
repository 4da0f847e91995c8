import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import type { Logger } from '@portolan/core'
import { Kysely, PGliteDialect } from 'kysely'
import { databaseError } from '../kysely/database-error.ts'
import { KyselyStore } from '../kysely/kysely-store.ts'
import { migrate } from '../kysely/migrate.ts'
import type { Database } from '../kysely/schema.ts'
import { LocalClaims } from '../local-claims.ts'
import { StoreError } from '../store-error.ts'
import { lockDirectory } from './directory-lock.ts'
import { DURABLE_START_PARAMETERS, DurableNodeFs } from './durable-node-fs.ts'
import { pgliteUpkeep } from './upkeep.ts'

/** Times and counts fit a number; amounts must stay the text they are. */
const PARSERS = { [types.INT8]: Number, [types.NUMERIC]: (text: string) => text }

export interface PGliteStoreOptions {
  /** Folder of the database, made when it is missing; `null` keeps it in memory. */
  readonly directory: string | null
  readonly now: () => number
  readonly logger?: Logger
}

/** Opens the store in PGlite, a PostgreSQL inside of this process. @throws {StoreError} */
export async function openPGliteStore(options: PGliteStoreOptions): Promise<KyselyStore> {
  const { directory, now, logger } = options
  if (directory === null)
    return migrated(await PGlite.create({ parsers: PARSERS }), 'the database in memory', now, logger)
  const folder = resolve(directory)
  const place = `the database in ${folder}`
  const lock = await lockFolder(folder)
  try {
    const pglite = await openFolder(folder)
    return await migrated(pglite, place, now, logger, () => lock[Symbol.dispose]())
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

async function migrated(
  pglite: PGlite,
  place: string,
  now: () => number,
  logger?: Logger,
  afterClose?: () => void,
): Promise<KyselyStore> {
  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite }) })
  try {
    await migrate(db, place)
  } catch (error) {
    await db.destroy()
    throw databaseError(error, 'prepare the tables', place)
  }
  const claims = new LocalClaims(place)
  const afterWrite = pgliteUpkeep(db, undefined, logger)
  return new KyselyStore({
    db,
    place,
    now,
    lock: async (name) => claims.lock(name),
    afterWrite,
    ...(afterClose === undefined ? {} : { afterClose }),
  })
}

async function lockFolder(folder: string): Promise<Disposable> {
  try {
    await mkdir(folder, { recursive: true })
    return lockDirectory(folder)
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError('unreachable', `cannot use ${folder} for the database: ${messageOf(error)}`, { cause: error })
  }
}

async function openFolder(folder: string): Promise<PGlite> {
  const data = join(folder, 'data')
  const unfinished = join(folder, 'unfinished')
  // A database that was never finished holds nothing that anyone relies on, and PGlite could not open it.
  if (existsSync(unfinished)) await rm(data, { recursive: true, force: true })
  const isNew = !existsSync(data)
  if (isNew) await writeFile(unfinished, '')
  const log: string[] = []
  let opening = true
  try {
    const pglite = await PGlite.create({
      fs: new DurableNodeFs(data),
      startParams: [...DURABLE_START_PARAMETERS],
      relaxedDurability: false,
      parsers: PARSERS,
      onStderr: (line) => opening && log.push(line) > 0,
    })
    opening = false
    await rm(unfinished, { force: true })
    return pglite
  } catch (error) {
    throw isNew ? cannotCreate(folder, error, log) : await cannotOpen(folder, data, error, log)
  }
}

function cannotCreate(folder: string, cause: unknown, log: readonly string[]): StoreError {
  return new StoreError(
    'failed',
    `cannot create a database in ${folder}: ${reasonOf(cause, log)}. Is the disk full or read-only?`,
    { cause },
  )
}

async function cannotOpen(folder: string, data: string, cause: unknown, log: readonly string[]): Promise<StoreError> {
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => 'unknown')
  return new StoreError(
    'corrupt',
    `the database in ${folder} (format of PostgreSQL ${version.trim()}) cannot be opened: ${reasonOf(cause, log)}. To go on, move ${data} away; ` +
      'then restore it from a backup, or start with an empty one: the record of decisions so far is then lost',
    { cause },
  )
}

/** The last that PostgreSQL said is the reason; the error of PGlite only says that it stopped. */
function reasonOf(error: unknown, log: readonly string[]): string {
  const words = log.filter((line) => /FATAL|PANIC|ERROR/.test(line)).at(-1)
  return words === undefined ? messageOf(error) : words.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '').trim()
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}
