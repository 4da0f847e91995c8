import { instrumentId } from '@portolan/core'
import { expect, it } from 'vitest'
import type { NewIntentDelta } from '../../../src/store/store.ts'
import type { StoreUnderTest } from './samples.ts'
import { BTC, HOUR, OTHER_VENUE, T0, unique, VENUE } from './samples.ts'

function delta(scope: string, change: Partial<NewIntentDelta> = {}): NewIntentDelta {
  const key = { scope, venue: VENUE, instrument: BTC }
  return { ...key, intentA: 0.1 + 0.2, intentE: -2, expiresAt: T0 + HOUR, reason: 'an upgrade', ...change }
}

/** What everyone relies on of intent deltas. */
export function intentDeltaBehaviour(get: () => StoreUnderTest): void {
  it('keeps the newest intent delta of a token, with the time at which it was set', async () => {
    const { store, clock } = get()
    const scope = unique('scope')
    clock.now = T0 + 5
    await store.setIntentDelta(delta(scope, { intentA: 2, reason: 'the first' }))
    clock.now = T0 + 7
    await store.setIntentDelta(delta(scope))
    await store.setIntentDelta(delta(scope))
    expect(await store.intentDeltas(scope)).toEqual([{ ...delta(scope), createdAt: T0 + 7 }])
  })

  it('remembers what counted when: what was replaced, cleared or has expired', async () => {
    const { store, clock } = get()
    const scope = unique('scope')
    const at = async (now: number, work: () => Promise<unknown>) => {
      clock.now = now
      await work()
    }
    const key = { scope, venue: VENUE, instrument: BTC }
    await at(T0, () => store.setIntentDelta(delta(scope, { reason: 'first' })))
    await at(T0 + 10, () => store.setIntentDelta(delta(scope, { reason: 'second' })))
    await at(T0 + 20, () => store.clearIntentDelta(key))
    await at(T0 + 30, () => store.setIntentDelta(delta(scope, { reason: 'third', expiresAt: T0 + 40 })))
    await at(T0 + 30, () => store.setIntentDelta(delta(unique('scope'))))
    const told = async (from: number, to: number) =>
      (await store.pastIntentDeltas(scope, from, to)).map(({ reason, createdAt, endedAt }) => [
        reason,
        createdAt - T0,
        endedAt === null ? null : endedAt - T0,
      ])
    expect(await told(0, T0 + 100)).toEqual([
      ['first', 0, 10],
      ['second', 10, 20],
      ['third', 30, null],
    ])
    expect(await told(T0 + 10, T0 + 30)).toEqual([['second', 10, 20]])
    expect(await told(T0 + 19, T0 + 20)).toEqual([['second', 10, 20]])
    expect(await told(T0 + 20, T0 + 30)).toEqual([])
    expect(await told(T0 + 40, T0 + 100)).toEqual([])
    expect(await store.intentDeltas(scope)).toMatchObject([{ reason: 'third' }])
  })

  it('keeps intent deltas apart by scope, venue and token, the expired ones too', async () => {
    const { store, clock } = get()
    const [scope, other] = [unique('scope'), unique('scope')]
    const all = [
      delta(scope, { reason: null }),
      delta(scope, { venue: OTHER_VENUE, intentE: 0.5 }),
      delta(scope, { instrument: instrumentId('btc'), expiresAt: 1 }),
    ]
    for (const [index, one] of all.entries()) {
      clock.now = T0 + index
      await store.setIntentDelta(one)
    }
    await store.setIntentDelta(delta(other))
    expect(await store.intentDeltas(scope)).toEqual(all.map((one, index) => ({ ...one, createdAt: T0 + index })))
    expect(await store.clearIntentDelta({ scope, venue: VENUE, instrument: BTC })).toBe(true)
    expect(await store.clearIntentDelta({ scope, venue: VENUE, instrument: BTC })).toBe(false)
    expect((await store.intentDeltas(scope)).map(({ venue, instrument }) => `${venue} ${instrument}`)).toEqual([
      'acme/spot BTC',
      'acme/perps btc',
    ])
    expect(await store.intentDeltas(other)).toHaveLength(1)
  })
}
