import { afterAll, beforeAll, describe } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { T0 } from './behaviour/samples.ts'
import { storeBehaviour } from './behaviour/store-behaviour.ts'

describe('PGlite store', () => {
  const clock = { now: T0 }
  let store: Store
  beforeAll(async () => {
    store = await openStore({ kind: 'pglite', directory: null }, { now: () => clock.now })
  })
  afterAll(() => store[Symbol.asyncDispose]())
  storeBehaviour(() => ({ store, clock }))
})
