import { expect, it } from 'vitest'
import type { Fence } from '../../../src/store/store.ts'
import type { StoreUnderTest } from './samples.ts'
import { account, booking, fill, HOUR, newIntent, plan, sealed, send, step, T0, unique } from './samples.ts'

/** What keeps two runners from trading the same positions. */
export function claimBehaviour(get: () => StoreUnderTest): void {
  it('an account is held by one at a time, and free again once given back', async () => {
    const { store } = get()
    const [scope, other] = [unique('claim'), unique('claim')]
    const first = await store.claim(account(scope))
    await expect(store.claim(account(scope))).rejects.toMatchObject({
      name: 'StoreError',
      code: 'locked',
      message: expect.stringContaining(scope),
    })
    await using _another = await store.claim(account(other))
    await using _label = await store.claim(account(scope, 'second'))
    await first[Symbol.asyncDispose]()
    await using second = await store.claim(account(scope))
    await first[Symbol.asyncDispose]()
    await expect(store.claim(account(scope))).rejects.toMatchObject({ code: 'locked' })
    expect(second.lost.aborted).toBe(false)
  })

  it('every claim of an account has a greater token than those before it', async () => {
    const { store } = get()
    const scope = unique('claim')
    const tokens: number[] = []
    for (let round = 0; round < 3; round += 1) {
      await using claim = await store.claim(account(scope))
      expect(claim.fence).toMatchObject(account(scope))
      tokens.push(claim.fence.token)
    }
    expect(tokens).toEqual([1, 2, 3])
  })

  it('whoever claimed an account before somebody else did can write nothing of it any more', async () => {
    const { store } = get()
    const scope = unique('scope')
    const [planned, sent] = [await plan(store, scope), await send(store, scope)]
    const first = await store.claim(account(scope))
    await first[Symbol.asyncDispose]()
    await using second = await store.claim(account(scope))

    const id = planned.positionId
    const next = T0 + 10 * HOUR
    const [order, another] = [unique('order'), unique('order')]
    await store.sealOrder({ intentId: planned.intentId, sealed: sealed(order), request: null })
    const writes: readonly ((fence: Fence) => Promise<unknown>)[] = [
      (fence) => store.recordStep(step(id, next), fence),
      (fence) => store.recordPlan({ positionId: id, barTs: next, at: next, intent: newIntent(unique('late')) }, fence),
      (fence) => store.sealOrder({ intentId: planned.intentId, sealed: sealed(another), request: null }, fence),
      (fence) => store.markSubmitting(another, fence),
      (fence) => store.recordOutcome(sent.sealedId, { kind: 'unknown', message: 'no answer' }, {}, fence),
      (fence) => store.bookFills(booking(id, [fill(unique('fill'))]), fence),
      (fence) => store.endIntent(planned.intentId, 'abandoned', 'the end', fence),
    ]
    const before = await store.story(planned.intentId)
    for (const write of writes.filter((_, index) => index !== 3)) {
      await expect(write(first.fence)).rejects.toMatchObject({
        name: 'StoreError',
        code: 'fenced',
        message: expect.stringContaining('must stop'),
      })
    }
    await expect(store.markSubmitting(order, first.fence)).rejects.toMatchObject({ code: 'fenced' })
    expect(await store.story(planned.intentId)).toEqual(before)
    expect(await store.fills(id)).toEqual([])

    for (const write of writes.slice(0, 6)) await write(second.fence)
    expect(await store.fills(id)).toHaveLength(1)
    expect(await store.story(planned.intentId)).toMatchObject({
      intent: { state: 'submitted' },
      orders: [{ state: 'abandoned' }, { state: 'submitting' }],
    })
    expect(second.lost.aborted).toBe(false)
  })

  it('a fence is good for its own account alone', async () => {
    const { store } = get()
    const { positionId } = await plan(store, unique('scope'))
    await using claim = await store.claim(account(unique('scope')))
    await expect(store.recordStep(step(positionId, T0 + 9 * HOUR), claim.fence)).rejects.toMatchObject({
      code: 'conflict',
    })
  })
}
