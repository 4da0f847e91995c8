import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { BTC, StoreUnderTest } from './samples.ts'
import { addPosition, HOUR, newIntent, OTHER_VENUE, positionKey, step, T0, unique } from './samples.ts'

/** What everyone relies on of positions and steps. `keepsSteps` is false for a store that was not asked to. */
export function positionBehaviour(get: () => StoreUnderTest): void {
  it('adds a position flat, dormant and never evaluated', async () => {
    const { store } = get()
    const key = positionKey(unique('scope'))
    const added = await store.addPosition(key, parseDecimal('1000.25'))
    expect(added).toEqual({
      ...key,
      id: added.id,
      allocationUsd: '1000.25',
      status: 'dormant',
      paused: false,
      lastBarTs: null,
      state: null,
      quantity: '0',
      averageEntry: null,
      investedUsd: '0',
      extractedUsd: '0',
      realisedPnlUsd: '0',
      feesUsd: '0',
      fundingUsd: '0',
    })
    expect(await store.positions(key.scope)).toEqual([added])
  })

  it('adding it again changes the allocation and nothing else', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.recordStep(step(id, T0, { state: { n: 7 }, status: 'active' }))
    const again = await store.addPosition(positionKey(scope), parseDecimal('2500'))
    expect(again).toMatchObject({ id, allocationUsd: '2500', lastBarTs: T0, state: { n: 7 }, status: 'active' })
    expect(await store.positions(scope)).toHaveLength(1)
  })

  it('keeps scopes, venues, labels, instruments and timeframes apart', async () => {
    const { store } = get()
    const scope = unique('scope')
    const other = unique('scope')
    const keys = [
      positionKey(scope),
      positionKey(scope, { venue: OTHER_VENUE }),
      positionKey(scope, { label: 'second' }),
      positionKey(scope, { instrument: 'btc' as typeof BTC }),
      positionKey(scope, { timeframe: '4h' }),
    ]
    for (const key of keys) await store.addPosition(key, parseDecimal('1'))
    await addPosition(store, other)
    const rows = await store.positions(scope)
    expect(
      rows.map(({ venue, label, instrument, timeframe }) => ({ scope, venue, label, instrument, timeframe })),
    ).toEqual(keys)
    expect(new Set(rows.map((row) => row.id)).size).toBe(5)
    expect(await store.positions(other)).toHaveLength(1)
  })

  it('pauses a position and lets it go on', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.setPaused(id, true)
    expect(await store.positions(scope)).toMatchObject([{ paused: true }])
    await store.setPaused(id, false)
    expect(await store.positions(scope)).toMatchObject([{ paused: false }])
  })

  it('says that a position does not exist', async () => {
    const { store } = get()
    const missing = { code: 'not-found', message: expect.stringContaining('nobody') }
    await expect(store.setPaused('nobody', true)).rejects.toMatchObject(missing)
    await expect(store.recordStep(step('nobody', T0))).rejects.toMatchObject(missing)
  })

  it('records a step: state, status and time of the bar', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const state = { s: 'S3', scores: [0.1, 1e-12, -3], nested: { none: null } }
    expect(await store.recordStep(step(id, T0, { state, status: 'watchlist' }))).toBe('recorded')
    expect(await store.positions(scope)).toMatchObject([{ lastBarTs: T0, state, status: 'watchlist' }])
  })

  it('never records the same bar twice, nor one before it', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.recordStep(step(id, T0, { state: 1 }))
    await store.recordStep(step(id, T0 + HOUR, { state: 2 }))
    for (const barTs of [T0 + HOUR, T0, T0 - HOUR]) {
      const intent = newIntent(unique('intent'))
      expect(await store.recordStep(step(id, barTs, { state: 3, intent }))).toBe('already-recorded')
      expect(await store.story(intent.id)).toBeNull()
    }
    expect(await store.positions(scope)).toMatchObject([{ lastBarTs: T0 + HOUR, state: 2 }])
    expect(await store.openIntents(scope)).toEqual([])
  })

  it('of the same step recorded many times at once, one is recorded', async () => {
    const { store } = get()
    const { id } = await addPosition(store, unique('scope'))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => store.recordStep(step(id, T0, { intent: newIntent(unique('intent')) }))),
    )
    expect(answers.filter((answer) => answer === 'recorded')).toHaveLength(1)
  })

  it('records nothing of a step whose intent id was used before', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const intent = newIntent(unique('intent'))
    await store.recordStep(step(id, T0, { state: 'first', intent }))
    await expect(store.recordStep(step(id, T0 + HOUR, { state: 'second', intent }))).rejects.toMatchObject({
      name: 'StoreError',
      code: 'conflict',
    })
    expect(await store.positions(scope)).toMatchObject([{ lastBarTs: T0, state: 'first' }])
  })

  it('holds a state of 24 KB with the order of its keys', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const state = { z: Array.from({ length: 1200 }, (_, i) => Math.sin(i) * 1e5), aa: 1, a: 2 }
    expect(JSON.stringify(state).length).toBeGreaterThan(20_000)
    await store.recordStep(step(id, T0, { state }))
    const [position] = await store.positions(scope)
    expect(JSON.stringify(position?.state)).toBe(JSON.stringify(state))
  })

  it('forgets old steps, save those that planned an intent and the newest of each position', async () => {
    const { store } = get()
    // Long before the steps of every other test: those of all positions are pruned.
    const old = 1_000_000
    const [{ id }, other] = [await addPosition(store, unique('scope')), await addPosition(store, unique('scope'))]
    for (const ts of [1, 2, 3, 4]) {
      const intent = ts === 2 ? newIntent(unique('intent')) : null
      await store.recordStep(step(id, ts, { at: old + ts, intent }))
    }
    await store.recordStep(step(other.id, 1, { at: old }))
    expect(await store.prune({ table: 'steps', before: old + 4 })).toBe(2)
    expect((await store.steps(id, 9)).map((row) => row.barTs)).toEqual([4, 2])
    expect(await store.prune({ table: 'steps', before: old + 100 })).toBe(0)
    expect(await store.steps(other.id, 9)).toHaveLength(1)
  })

  it('returns the newest steps first', async () => {
    const { store } = get()
    const { id } = await addPosition(store, unique('scope'))
    const intent = newIntent(unique('intent'))
    await store.recordStep(step(id, T0, { decision: { kind: 'hold', reasons: ['bootstrap'] } }))
    await store.recordStep(step(id, T0 + HOUR, { decision: { kind: 'intent' }, intent }))
    await store.recordStep(step(id, T0 + 2 * HOUR))
    const steps = await store.steps(id, 2)
    expect(steps.map((row) => row.barTs)).toEqual([T0 + 2 * HOUR, T0 + HOUR])
    const [, second] = steps
    expect(second).toEqual({
      positionId: id,
      barTs: T0 + HOUR,
      at: T0 + 2 * HOUR,
      decision: { kind: 'intent' },
      intentId: intent.id,
    })
    expect(await store.steps(id, 0)).toEqual([])
    expect(await store.steps('nobody', 5)).toEqual([])
  })

  it('adds an intent to the last bar when that was evaluated without one', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.recordStep(step(id, T0))
    const late = { positionId: id, barTs: T0, at: T0 + HOUR + 9, intent: newIntent(unique('intent')) }
    expect(await store.recordPlan(late)).toBe('recorded')
    expect(await store.openIntents(scope)).toMatchObject([
      { intent: { id: late.intent.id, barTs: T0, createdAt: late.at } },
    ])
    expect((await store.story(late.intent.id))?.step).toMatchObject({ barTs: T0, intentId: late.intent.id })
    expect(await store.recordPlan({ ...late, intent: newIntent(unique('intent')) })).toBe('already-planned')
    await store.recordStep(step(id, T0 + HOUR))
    expect(await store.recordPlan({ ...late, intent: newIntent(unique('intent')) })).toBe('not-last')
    expect(await store.openIntents(scope)).toHaveLength(1)
    await expect(store.recordPlan({ ...late, positionId: 'nobody' })).rejects.toMatchObject({ code: 'not-found' })
  })
}
