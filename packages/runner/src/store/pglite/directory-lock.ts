import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@portolan/core'
import { StoreError } from '../store-error.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { isAlive, ownIdentity } from './process-identity.ts'

/** Name of the lock file in a database's folder. */
export const LOCK_FILE = 'portolan.lock'

/** A lock is touched this often. Only one that another machine wrote is judged by it: of our own we ask whether the process lives. */
const HEARTBEAT_MS = 5_000
const SILENT_MS = 30_000

interface LockContent extends ProcessIdentity {
  /** Unique to this lock, so that its owner recognises it. */
  readonly token: string
}

/**
 * Makes this process the only user of a folder until disposed. PGlite does not guard its folder, and two processes in one destroy it.
 * The lock of a process that died is taken over at once.
 * @throws {StoreError} `locked`, naming the process that has it
 */
export async function lockDirectory(directory: string, logger?: Logger): Promise<AsyncDisposable> {
  const path = join(directory, LOCK_FILE)
  const mine: LockContent = { ...ownIdentity(), token: randomUUID() }
  const draft = `${path}.${mine.token}`
  await writeFile(draft, JSON.stringify(mine), { flag: 'wx' })
  try {
    while (!(await claim(draft, path))) {
      const held = await heldBy(path)
      if (held === 'gone') continue
      if (held.alive) throw lockedBy(directory, path, held.content)
      logger?.warn('taking over the lock of a process that died', { directory, pid: held.content?.pid ?? null })
      await removeStale(path, held.content)
    }
  } finally {
    await rm(draft, { force: true })
  }
  const beat = setInterval(() => void touch(path), HEARTBEAT_MS)
  beat.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      if ((await contentOf(path))?.token === mine.token) await rm(path, { force: true })
    },
  }
}

/** Linking creates the name with its content in one step, or fails because it is there. */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function heldBy(
  path: string,
): Promise<'gone' | { readonly content: LockContent | null; readonly alive: boolean }> {
  const content = await contentOf(path)
  const touched = await stat(path).then(
    (stats) => stats.mtimeMs,
    () => null,
  )
  if (touched === null) return 'gone'
  if (content !== null && content.host === ownIdentity().host) return { content, alive: isAlive(content) }
  return { content, alive: Date.now() - touched < SILENT_MS }
}

/** Two processes may find the same dead lock: only the one that moves that very lock away goes on, any other is put back. */
async function removeStale(path: string, stale: LockContent | null): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const moved = await contentOf(aside)
  if (moved?.token !== stale?.token) await claim(aside, path)
  await rm(aside, { force: true })
}

function lockedBy(directory: string, path: string, content: LockContent | null): StoreError {
  const owner = content === null ? 'another process' : `process ${content.pid} on ${content.host}`
  return new StoreError(
    'locked',
    `the database in ${directory} is in use by ${owner}. One process at a time can open it: end that one, use another directory, ` +
      `or set store.url to a PostgreSQL database, which several can share. If nothing uses it any more, remove ${path}`,
  )
}

async function contentOf(path: string): Promise<LockContent | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isLockContent(value) ? value : null
  } catch {
    return null
  }
}

function isLockContent(value: unknown): value is LockContent {
  if (typeof value !== 'object' || value === null) return false
  const { host, pid, started, token } = value as Partial<Record<keyof LockContent, unknown>>
  const startedIsText = started === null || typeof started === 'string'
  return typeof host === 'string' && Number.isInteger(pid) && startedIsText && typeof token === 'string'
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  // A missed beat is no error: the next one comes.
  await utimes(path, now, now).catch(() => undefined)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
