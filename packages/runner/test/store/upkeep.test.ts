import { PGlite, types } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { KyselyStore } from '../../src/store/kysely/kysely-store.ts'
import { migrate } from '../../src/store/kysely/migrate.ts'
import type { Database } from '../../src/store/kysely/schema.ts'
import { pgliteUpkeep } from '../../src/store/pglite/upkeep.ts'
import { addPosition, HOUR, step, T0 } from './behaviour/samples.ts'

it('a PGlite database does not grow with every state that is written over', { timeout: 60_000 }, async () => {
  const pglite = await PGlite.create({ parsers: { [types.INT8]: Number } })
  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite }) })
  await migrate(db, 'the test database')
  await using store = new KyselyStore({
    db,
    place: 'the test database',
    now: () => T0,
    lock: () => Promise.reject(new Error('nothing is claimed here')),
    afterWrite: pgliteUpkeep(db, 500),
  })
  const { id } = await addPosition(store, 'live')
  const sizes: number[] = []
  for (let n = 0; n < 2_000; n += 1) {
    // Random digits do not compress.
    const state = Array.from({ length: 300 }, () => Math.random())
    await store.recordStep(step(id, T0 + n * HOUR, { state }))
    if (n % 500 === 499) {
      const { rows } = await pglite.query<{ size: number }>(`select pg_total_relation_size('positions') as size`)
      sizes.push(rows[0]?.size ?? 0)
    }
  }
  const [first = 0, , , last = 0] = sizes
  expect(first).toBeGreaterThan(1_000_000)
  expect(last).toBeLessThan(first * 1.5)
})
