import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { addPosition, HOUR, newIntent, step, T0 } from './behaviour/samples.ts'
import { storeBehaviour } from './behaviour/store-behaviour.ts'

describe('memory store', () => {
  const clock = { now: T0 }
  const store = createMemoryStore({ now: () => clock.now, keepSteps: true })
  storeBehaviour(() => ({ store, clock }))

  it('keeps no steps unless it is asked to', async () => {
    const forgetful = createMemoryStore()
    const { id } = await addPosition(forgetful, 'backtest')
    await forgetful.recordStep(step(id, T0, { intent: newIntent('intent') }))
    expect(await forgetful.recordStep(step(id, T0))).toBe('already-recorded')
    expect(await forgetful.steps(id, 10)).toEqual([])
    expect(await forgetful.story('intent')).toMatchObject({ intent: { id: 'intent' }, step: null })
  })

  it('records far more steps a second than a backtest makes', async () => {
    const fast = createMemoryStore()
    const { id } = await addPosition(fast, 'backtest')
    const count = 100_000
    const started = performance.now()
    for (let i = 0; i < count; i += 1) await fast.recordStep(step(id, T0 + i * HOUR))
    const perSecond = count / ((performance.now() - started) / 1000)
    // Over a million on a quiet machine; the bound leaves room for a busy one.
    expect(perSecond).toBeGreaterThan(100_000)
  })
})
