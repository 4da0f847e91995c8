import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { DURABLE_START_PARAMETERS, DurableNodeFs } from '../../src/store/pglite/durable-node-fs.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { addPosition, newIntent, step, T0 } from './behaviour/samples.ts'

const open = (directory: string): Promise<Store> => openStore({ kind: 'pglite', directory }, { now: () => T0 })

describe('PGlite store on disk', () => {
  const { path: root, remove } = temporaryFolder()
  // Made by the store, folders above it too.
  const pristine = join(root, 'not', 'there', 'pristine')
  beforeAll(async () => {
    const store = await open(pristine)
    const { id } = await addPosition(store, 'live@simulator')
    await store.recordStep(step(id, T0, { intent: newIntent('kept') }))
    await store[Symbol.asyncDispose]()
  })
  afterAll(remove)

  async function copy(name: string): Promise<string> {
    const directory = join(root, name)
    await cp(pristine, directory, { recursive: true })
    return directory
  }

  it('is there again when it is opened again', async () => {
    await using store = await open(await copy('again'))
    expect(await store.openIntents('live@simulator')).toMatchObject([{ intent: { id: 'kept' } }])
  })

  it('refuses a second user of the folder, loudly, and lets one in after the first has closed', async () => {
    const directory = await copy('shared')
    const first = await open(directory)
    await expect(open(directory)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'locked',
      message: expect.stringMatching(new RegExp(`${directory}.*process ${process.pid}.*PostgreSQL`, 's')),
    })
    await addPosition(first, 'another')
    await first[Symbol.asyncDispose]()
    await using second = await open(directory)
    expect(await second.positions('another')).toHaveLength(1)
  })

  it('starts over when the folder was left while the database was being made', async () => {
    const directory = await copy('half-made')
    await rm(join(directory, 'data', 'global'), { recursive: true })
    await writeFile(join(directory, 'unfinished'), '')
    await using store = await open(directory)
    expect(await store.positions('live@simulator')).toEqual([])
    expect(existsSync(join(directory, 'unfinished'))).toBe(false)
  })

  it.each([
    [
      'its control file is damaged',
      (data: string) => writeFile(join(data, 'global', 'pg_control'), Buffer.alloc(8192, 7)),
    ],
    ['its tables are gone', (data: string) => rm(join(data, 'base'), { recursive: true })],
    ['its log is gone', removeLog],
    ['it was written by another major version', (data: string) => writeFile(join(data, 'PG_VERSION'), '16\n')],
  ])('says how to go on when %s', async (what, damage) => {
    const directory = await copy(what.replaceAll(' ', '-'))
    const data = join(directory, 'data')
    await damage(data)
    await expect(open(directory)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'corrupt',
      message: expect.stringContaining(`move ${data} away`),
      cause: expect.anything(),
    })
    await rm(data, { recursive: true })
    await cp(join(pristine, 'data'), data, { recursive: true })
    await using store = await open(directory)
    expect(await store.positions('live@simulator')).toHaveLength(1)
  })

  it('says that a folder cannot be used', async () => {
    const file = join(root, 'a-file')
    await writeFile(file, '')
    await expect(open(file)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'unreachable',
      message: expect.stringContaining(file),
    })
  })

  it('brings a commit to the disk before it returns', async () => {
    const data = join(root, 'durable')
    await mkdir(data)
    await cp(join(pristine, 'data'), data, { recursive: true })
    let syncs = 0
    const fs = new DurableNodeFs(data, () => {
      syncs += 1
    })
    await using pglite = await PGlite.create({ fs, startParams: [...DURABLE_START_PARAMETERS] })
    for (let i = 0; i < 5; i += 1) {
      const before = syncs
      await pglite.query(`insert into cursors values ('s', 'a', 'b', 'l', $1, 'v', 0)`, [`cursor ${i}`])
      expect(syncs).toBeGreaterThan(before)
    }
    const before = syncs
    await pglite.query('select * from cursors')
    expect(syncs).toBe(before)
  })
})

async function removeLog(data: string): Promise<void> {
  const folder = join(data, 'pg_wal')
  for (const name of await readdir(folder)) {
    if (/^[0-9A-F]{24}$/.test(name)) await rm(join(folder, name))
  }
}
