import { PGlite } from '@electric-sql/pglite'
import { createPositionState, defaultPmConfig, restorePosition, savePosition, stepPosition } from '@portolan/core'
import { Kysely, PGliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { KyselyStore } from '../../src/store/kysely/kysely-store.ts'
import { migrate } from '../../src/store/kysely/migrate.ts'
import { initial } from '../../src/store/kysely/migrations/0001-initial.ts'
import type { Database } from '../../src/store/kysely/schema.ts'
import { hours } from '../loop/hourly-loop.ts'
import { addPosition, step } from './behaviour/samples.ts'

it('a position that was saved under the first schema goes on identically after the upgrade', async () => {
  const bars = hours(700, 2)
  const [before, after] = [bars.slice(0, 500), bars.slice(500)]
  const config = defaultPmConfig
  const advance = (state: ReturnType<typeof restorePosition>, of: typeof bars) =>
    of.map((bar) => structuredClone(stepPosition({ state, bar, A: 0.9, E: 0.5, allocationUsd: 1000, config })))
  const state = createPositionState('1h', config)
  advance(state, before)

  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
  await migrate(db, 'the test database', { '0001-initial': initial })
  const lock = () => Promise.reject(new Error('not in this test'))
  await using store = new KyselyStore({ db, place: 'the test database', now: Date.now, lock })
  const { id } = await addPosition(store, 'live@mainnet')
  const lastTs = before.at(-1)?.ts ?? 0
  await store.recordStep(step(id, lastTs, { state: savePosition(state) }))
  await expect(store.intentDeltas('live@mainnet')).rejects.toThrow('intent_deltas')

  await migrate(db, 'the test database')
  expect(await store.intentDeltas('live@mainnet')).toEqual([])
  const [row] = await store.positions('live@mainnet')
  expect(row).toMatchObject({ id, lastBarTs: lastTs })
  const restored = restorePosition(row?.state ?? null)
  expect(advance(restored, after)).toEqual(advance(state, after))
  expect(await store.recordStep(step(id, lastTs))).toBe('already-recorded')
})
