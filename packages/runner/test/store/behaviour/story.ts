import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { addPosition, booking, fill, HOUR, newIntent, send, step, T0, unique } from './samples.ts'

/** What `portolan explain` relies on. */
export function storyBehaviour(get: () => StoreUnderTest): void {
  it('tells everything that is known of an intent', async () => {
    const { store } = get()
    const { positionId, intentId, sealedId } = await send(store, unique('scope'))
    await store.recordOutcome(sealedId, {
      kind: 'filled',
      orderId: '77',
      filled: parseDecimal('0.00015'),
      averagePrice: parseDecimal('65123.4'),
    })
    const [mine, another] = [fill(unique('fill'), { sealedId }), fill(unique('fill'))]
    await store.bookFills(booking(positionId, [mine], { intentId }))
    await store.bookFills(booking(positionId, [another]))
    const story = await store.story(intentId)
    expect(story).toMatchObject({
      intent: { id: intentId, state: 'filled', stateReason: '0.00015 at 65123.4' },
      position: { id: positionId, quantity: '0.00015' },
      step: { positionId, barTs: T0 + HOUR, intentId, decision: { kind: 'hold' } },
      orders: [{ id: sealedId, state: 'filled', venueOrderId: '77' }],
    })
    expect(story?.fills.map((row) => row.id)).toEqual([mine.id])
  })

  it('finds an intent by an unambiguous beginning of its id', async () => {
    const { store } = get()
    const { id: positionId } = await addPosition(store, unique('scope'))
    const name = unique('a%_b')
    for (const [i, ending] of ['', '-one', '-two'].entries()) {
      await store.recordStep(step(positionId, T0 + i * HOUR, { intent: newIntent(`${name}${ending}`) }))
    }
    expect((await store.story(`${name}-o`))?.intent.id).toBe(`${name}-one`)
    expect((await store.story(name))?.intent.id).toBe(name)
    expect(await store.story(`${name}-x`)).toBeNull()
    expect(await store.story(name.replace('%', 'x'))).toBeNull()
    await expect(store.story(`${name}-`)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${name}-`),
    })
  })
}
