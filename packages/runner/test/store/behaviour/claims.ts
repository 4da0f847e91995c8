import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { unique } from './samples.ts'

/** What keeps two runners from trading the same positions. */
export function claimBehaviour(get: () => StoreUnderTest): void {
  it('a name is held by one at a time, and free again once given back', async () => {
    const { store } = get()
    const [name, other] = [unique('claim'), unique('claim')]
    const first = await store.claim(name)
    await expect(store.claim(name)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'locked',
      message: expect.stringContaining(name),
    })
    await using _another = await store.claim(other)
    await first[Symbol.asyncDispose]()
    await using second = await store.claim(name)
    await first[Symbol.asyncDispose]()
    await expect(store.claim(name)).rejects.toMatchObject({ code: 'locked' })
    expect(second.lost.aborted).toBe(false)
  })
}
