import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { StoreError } from '../store-error.ts'

/** Locked for as long as the folder is in use. It stays there: removing it would let two processes lock two files of this name. */
export const LOCK_FILE = 'portolan.lock'

/** Says who has the lock, for the message to those that have not. */
const HOLDER_FILE = 'portolan.holder'

const SQLITE_BUSY = 5

/**
 * Makes this process the only user of a folder until disposed. PGlite does not guard its folder, and two processes in one destroy it.
 *
 * The lock is that of an (empty) SQLite file, because it is the one lock of the operating system that Node can take: the kernel ends it with the process,
 * however that died. A file with a process id would have to guess whether the id still means that process, and two could take over a dead one at once.
 * @throws {StoreError} `locked`, naming the process that has it
 */
export function lockDirectory(directory: string): Disposable {
  // Not imported: bundlers take `node:` away, and this module has no name without it.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const lock = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    throw error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY ? locked(directory) : error
  }
  writeFileSync(join(directory, HOLDER_FILE), `process ${process.pid} on ${hostname()}\n`)
  return { [Symbol.dispose]: () => lock.close() }
}

function locked(directory: string): StoreError {
  return new StoreError(
    'locked',
    `the database in ${directory} is in use by ${holder(directory)}. One process at a time can open it: end that one, use another directory, ` +
      'or set store.url to a PostgreSQL database, which several can share',
  )
}

function holder(directory: string): string {
  try {
    return readFileSync(join(directory, HOLDER_FILE), 'utf8').trim()
  } catch {
    return 'another process'
  }
}
