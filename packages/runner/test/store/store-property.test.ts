import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store.ts'
import { T0 } from './behaviour/samples.ts'
import type { Operation } from './operations.ts'
import { begin, operations, visible, World } from './operations.ts'

const clock = { now: T0 }
let pglite: Store
beforeAll(async () => {
  pglite = await openStore({ kind: 'pglite', directory: null }, { now: () => clock.now })
})
afterAll(() => pglite?.[Symbol.asyncDispose]())

/** What a caller sees of a call: its answer, or what the store refused it with. */
async function answer(operation: Operation, store: Store, world: World): Promise<unknown> {
  try {
    return (await operation.run(store, world)) ?? 'done'
  } catch (error) {
    if (error instanceof StoreError) return { refused: error.code, message: error.message }
    throw error
  }
}

it('whatever is done in whatever order, the memory store and PGlite answer alike and hold alike', {
  timeout: 120_000,
}, async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 10, maxLength: 60 }), async (sequence) => {
      run += 1
      const world = new World(run)
      const memory = createMemoryStore({ now: () => clock.now, keepSteps: true })
      clock.now = T0
      for (const store of [memory, pglite]) await begin(store, world)
      for (const [i, operation] of sequence.entries()) {
        clock.now = T0 + i
        const expected = await answer(operation, memory, world)
        const actual = await answer(operation, pglite, world)
        expect({ operation: operation.toString(), answer: actual }).toEqual({
          operation: operation.toString(),
          answer: expected,
        })
      }
      expect(await visible(pglite, world)).toEqual(await visible(memory, world))
      await pglite.prune({ table: 'trades', before: world.end })
    }),
    { numRuns: 60 },
  )
})
