import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Longest path of a Unix socket that every system takes. */
const LONGEST = 100

/** Where a runner that has the database in this folder can be reached by other processes of the same user. */
export function storeSocketPath(directory: string): string {
  const folder = resolve(directory)
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\portolan-${name}`
  const beside = `${folder}.sock`
  return beside.length <= LONGEST ? beside : join(tmpdir(), `portolan-${name}.sock`)
}
