import type { FileHandle } from 'node:fs/promises'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SignatureScheme } from '@portolan/core'
import { RunnerError } from '../../runner-error.ts'
import { generateKey } from './generate-key.ts'

/** No key in any format is longer, bytes. */
const LONGEST_KEY_FILE = 4096

/** Permissions of everybody but the owner. */
const OTHERS = 0o077

/**
 * The text of a key file. Refused where others than its owner may touch it (not checked on Windows, which has no such bits).
 * @throws {RunnerError} `key-unreadable`
 */
export async function readKeyFile(path: string): Promise<string> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw new RunnerError('key-unreadable', `Cannot open the key file ${path}: ${reason(cause)}`, { cause })
  }
  try {
    return await readChecked(file, path)
  } finally {
    await file.close()
  }
}

async function readChecked(file: FileHandle, path: string): Promise<string> {
  const { mode, size } = await file.stat().then((stat) => {
    if (!stat.isFile()) throw new RunnerError('key-unreadable', `The key file ${path} is not a file`)
    return stat
  })
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new RunnerError(
      'key-unreadable',
      `The key file ${path} is open to others than its owner (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it, and use a new key if it was ever on a shared machine`,
    )
  }
  if (size > LONGEST_KEY_FILE) {
    throw new RunnerError('key-unreadable', `The key file ${path} has ${size} bytes: that is no key`)
  }
  const bytes = await file.readFile()
  try {
    return bytes.toString('utf8')
  } finally {
    bytes.fill(0)
  }
}

/**
 * Makes a key file with a new random key, readable by its owner alone, unless it exists. For accounts whose loss does not matter.
 * @returns whether it was made.
 */
export async function ensureKeyFile(path: string, scheme: SignatureScheme): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${generateKey(scheme)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch (cause) {
    if (isExisting(cause)) return false
    throw new RunnerError('key-unreadable', `Cannot write the key file ${path}: ${reason(cause)}`, { cause })
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
