import { afterAll, beforeAll, describe } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { PostgresServer } from '../fixtures/postgres.ts'
import { startPostgres } from '../fixtures/postgres.ts'
import { T0 } from './behaviour/samples.ts'
import { storeBehaviour } from './behaviour/store-behaviour.ts'

describe('PostgreSQL store', () => {
  const clock = { now: T0 }
  let server: PostgresServer
  let store: Store
  beforeAll(async () => {
    server = await startPostgres()
    store = await openStore({ kind: 'postgres', url: server.url }, { now: () => clock.now })
  })
  afterAll(async () => {
    await store?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })
  storeBehaviour(() => ({ store, clock }))
})
