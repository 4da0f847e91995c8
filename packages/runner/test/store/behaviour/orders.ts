import type { Outcome } from '@portolan/core'
import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { OrderRow } from '../../../src/store/store.ts'
import type { StoreUnderTest } from './samples.ts'
import {
  account,
  addPosition,
  HOUR,
  newIntent,
  plan,
  positionKey,
  sealed,
  send,
  step,
  T0,
  unique,
  VENUE,
} from './samples.ts'

const FILLED: Outcome = {
  kind: 'filled',
  orderId: '4711',
  filled: parseDecimal('0.5'),
  averagePrice: parseDecimal('65000.1'),
}
const PARTIAL: Outcome = { ...FILLED, kind: 'partial' }
const RESTING: Outcome = { kind: 'resting', orderId: '4711', filled: parseDecimal('0.1') }
const REJECTED: Outcome = { kind: 'rejected', reason: 'min-notional', message: 'Order must have minimum value of $10.' }
const EXPIRED: Outcome = { kind: 'expired', cause: 'time', message: 'nothing to match it with' }
const UNKNOWN: Outcome = { kind: 'unknown', message: 'no answer within 10 s' }

/** What everyone relies on of intents and orders: on disk before they are sent, sent once, forward only. */
export function orderBehaviour(get: () => StoreUnderTest): void {
  it('keeps a planned intent with its explanation, open', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id: positionId } = await addPosition(store, scope)
    const explanation = { A: 0.61, gate: { state: 'open' }, blocked: [{ rule: 'S3.dx', margin: -0.02 }] }
    const intent = newIntent(unique('intent'), { side: 'sell', rule: 'S3.trim', explanation })
    await store.recordStep(step(positionId, T0, { at: T0 + HOUR + 5, intent }))
    const expected = {
      ...positionKey(scope),
      id: intent.id,
      positionId,
      barTs: T0,
      side: 'sell',
      rule: 'S3.trim',
      explanation,
      state: 'planned',
      stateReason: null,
      createdAt: T0 + HOUR + 5,
      updatedAt: T0 + HOUR + 5,
    }
    expect(await store.openIntents(scope)).toEqual([{ intent: expected, orders: [] }])
    expect(await store.intents(scope, 10)).toEqual([expected])
  })

  it('a skipped intent is kept with its reason and is not open', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const intent = newIntent(unique('intent'), { state: 'skipped', stateReason: 'below the minimum of 10 USD' })
    await store.recordStep(step(id, T0, { intent }))
    expect(await store.openIntents(scope)).toEqual([])
    expect(await store.intents(scope, 10)).toMatchObject([
      { state: 'skipped', stateReason: 'below the minimum of 10 USD' },
    ])
  })

  it('keeps what was sealed as it was, to the order of its keys', async () => {
    const { store, clock } = get()
    const scope = unique('scope')
    const { positionId, intentId } = await plan(store, scope)
    const order = sealed(unique('order'), {
      expiresAt: T0 + 60_000,
      payload: { type: 'order', orders: [{ a: 0, b: true, p: '65000', s: '0.1', r: false }], grouping: 'na' },
    })
    clock.now = T0 + 99
    await store.sealOrder({ intentId, sealed: order, request: { side: 'buy', quantity: '0.1' } })
    const [open] = await store.openIntents(scope)
    const expected: OrderRow = {
      id: order.id,
      intentId,
      positionId,
      venue: VENUE,
      label: 'default',
      scope,
      sealed: order,
      request: { side: 'buy', quantity: '0.1' },
      state: 'sealed',
      venueOrderId: null,
      outcome: null,
      createdAt: T0 + 99,
      updatedAt: T0 + 99,
    }
    expect(open?.orders).toEqual([expected])
    expect(JSON.stringify(open?.orders[0]?.sealed.payload)).toBe(JSON.stringify(order.payload))
    expect(open?.intent.state).toBe('planned')
  })

  it('an order goes out once: from sealed to submitting and never again', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { intentId } = await plan(store, scope)
    const id = unique('order')
    await store.sealOrder({ intentId, sealed: sealed(id), request: null })
    await store.markSubmitting(id)
    expect(await store.openIntents(scope)).toMatchObject([
      { intent: { state: 'submitted' }, orders: [{ state: 'submitting' }] },
    ])
    await expect(store.markSubmitting(id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('"submitting"'),
    })
    for (const outcome of [UNKNOWN, RESTING, FILLED]) {
      await store.recordOutcome(id, outcome)
      await expect(store.markSubmitting(id)).rejects.toMatchObject({ code: 'conflict' })
    }
  })

  it('of many that mark the same order at once, one may send it', async () => {
    const { store } = get()
    const { intentId } = await plan(store, unique('scope'))
    const id = unique('order')
    await store.sealOrder({ intentId, sealed: sealed(id), request: null })
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => store.markSubmitting(id)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
  })

  it('either an intent is ended or its order is sent, also when both are tried at once', async () => {
    const { store } = get()
    for (let round = 0; round < 5; round += 1) {
      const { intentId } = await plan(store, unique('scope'))
      const id = unique('order')
      await store.sealOrder({ intentId, sealed: sealed(id), request: null })
      const answers = await Promise.allSettled([
        store.markSubmitting(id),
        store.endIntent(intentId, 'abandoned', 'stop'),
      ])
      expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    }
  })

  it.each([FILLED, PARTIAL, REJECTED, EXPIRED])('$kind is final for the order and its intent', async (outcome) => {
    const { store } = get()
    const scope = unique('scope')
    const { intentId, sealedId } = await send(store, scope)
    expect(await store.recordOutcome(sealedId, outcome)).toBe('recorded')
    for (const later of [FILLED, RESTING, UNKNOWN, REJECTED]) {
      expect(await store.recordOutcome(sealedId, later)).toBe('already-final')
    }
    const story = await store.story(intentId)
    expect(story?.orders).toMatchObject([{ state: outcome.kind, outcome }])
    expect(story?.intent.state).toBe(outcome.kind)
    expect(await store.openIntents(scope)).toEqual([])
  })

  it('resting and unknown stay open until something final is known', async () => {
    const { store, clock } = get()
    const scope = unique('scope')
    const { sealedId } = await send(store, scope)
    for (const outcome of [UNKNOWN, RESTING, UNKNOWN, RESTING]) {
      clock.now += 1000
      expect(await store.recordOutcome(sealedId, outcome)).toBe('recorded')
      expect(await store.openIntents(scope)).toMatchObject([
        { intent: { state: outcome.kind, updatedAt: clock.now }, orders: [{ state: outcome.kind, outcome }] },
      ])
    }
    await store.recordOutcome(sealedId, PARTIAL)
    expect(await store.openIntents(scope)).toEqual([])
  })

  it('remembers the venue’s id of the order, also when a later answer has none', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { sealedId, intentId } = await send(store, scope)
    await store.recordOutcome(sealedId, RESTING)
    await store.recordOutcome(sealedId, UNKNOWN)
    await store.recordOutcome(sealedId, EXPIRED)
    expect((await store.story(intentId))?.orders).toMatchObject([{ venueOrderId: '4711', state: 'expired' }])
  })

  it('says why an intent stands where it stands', async () => {
    const { store } = get()
    const { sealedId, intentId } = await send(store, unique('scope'))
    await store.recordOutcome(sealedId, REJECTED)
    expect((await store.story(intentId))?.intent.stateReason).toBe(
      'min-notional: Order must have minimum value of $10.',
    )
  })

  it('takes whatever text a venue answers with', async () => {
    const { store } = get()
    const { sealedId, intentId } = await send(store, unique('scope'))
    const outcome: Outcome = { kind: 'unknown', message: 'broken \0 bytes \ud800 \u{1F4A5} \\u0000 "quoted"\n' }
    expect(await store.recordOutcome(sealedId, outcome)).toBe('recorded')
    const story = await store.story(intentId)
    expect(story?.intent.stateReason).toContain('\u{1F4A5} \\u0000 "quoted"\n')
    expect(story?.orders[0]?.outcome).toMatchObject({
      message: expect.stringContaining('\u{1F4A5} \\u0000 "quoted"\n'),
    })
  })

  it('ends an intent of which nothing was sent; again is no error', async () => {
    const { store } = get()
    for (const [state, orderState] of [
      ['not-sent', 'not-sent'],
      ['abandoned', 'abandoned'],
      ['skipped', 'abandoned'],
    ] as const) {
      const scope = unique('scope')
      const { intentId } = await plan(store, scope)
      await store.sealOrder({ intentId, sealed: sealed(unique('order')), request: null })
      await store.endIntent(intentId, state, 'because')
      await store.endIntent(intentId, state, 'because')
      expect(await store.openIntents(scope)).toEqual([])
      expect(await store.story(intentId)).toMatchObject({
        intent: { state, stateReason: 'because' },
        orders: [{ state: orderState }],
      })
    }
  })

  it('refuses to end an intent whose order was marked as submitting, whatever became of it', async () => {
    const { store } = get()
    const { intentId, sealedId } = await send(store, unique('scope'))
    await expect(store.endIntent(intentId, 'abandoned', 'x')).rejects.toMatchObject({ code: 'conflict' })
    await store.recordOutcome(sealedId, UNKNOWN)
    await expect(store.endIntent(intentId, 'not-sent', 'x')).rejects.toMatchObject({ code: 'conflict' })
    await store.recordOutcome(sealedId, REJECTED)
    await expect(store.endIntent(intentId, 'skipped', 'x')).rejects.toMatchObject({ code: 'conflict' })
    expect((await store.story(intentId))?.intent.state).toBe('rejected')
  })

  it('seals nothing for an intent that is not planned, and no id twice', async () => {
    const { store } = get()
    const { intentId, sealedId } = await send(store, unique('scope'))
    const order = { intentId, sealed: sealed(unique('order')), request: null }
    await expect(store.sealOrder(order)).rejects.toMatchObject({ code: 'conflict' })
    const { intentId: another } = await plan(store, unique('scope'))
    await expect(store.sealOrder({ ...order, intentId: another, sealed: sealed(sealedId) })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(sealedId),
    })
    expect((await store.story(another))?.orders).toEqual([])
  })

  it('sealing anew abandons what was sealed before and not sent', async () => {
    const { store } = get()
    const { intentId } = await plan(store, unique('scope'))
    const [first, second] = [unique('order'), unique('order')]
    await store.sealOrder({ intentId, sealed: sealed(first), request: null })
    await store.sealOrder({ intentId, sealed: sealed(second), request: null })
    expect((await store.story(intentId))?.orders.map((order) => order.state)).toEqual(['abandoned', 'sealed'])
    await expect(store.markSubmitting(first)).rejects.toMatchObject({ code: 'conflict' })
    await store.markSubmitting(second)
  })

  it('says that an intent or an order does not exist', async () => {
    const { store } = get()
    const missing = { code: 'not-found', message: expect.stringContaining('nothing') }
    await expect(
      store.sealOrder({ intentId: 'nothing', sealed: sealed(unique()), request: null }),
    ).rejects.toMatchObject(missing)
    await expect(store.markSubmitting('nothing')).rejects.toMatchObject(missing)
    await expect(store.recordOutcome('nothing', FILLED)).rejects.toMatchObject(missing)
    await expect(store.endIntent('nothing', 'abandoned', 'x')).rejects.toMatchObject(missing)
  })

  it('lists intents newest first, of one scope or of all, and open ones oldest first', async () => {
    const { store } = get()
    const [scope, other] = [unique('scope'), unique('scope')]
    const first = await plan(store, scope)
    const second = await plan(store, scope)
    const third = await plan(store, other)
    expect((await store.intents(scope, 10)).map((row) => row.id)).toEqual([second.intentId, first.intentId])
    expect((await store.intents(null, 2)).map((row) => row.id)).toEqual([third.intentId, second.intentId])
    expect((await store.openIntents(scope)).map((row) => row.intent.id)).toEqual([first.intentId, second.intentId])
  })

  it('an intent that goes on gets another order, and only when the last one is at its end', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { intentId, sealedId: first } = await send(store, scope)
    const next = (id: string) => store.sealOrder({ intentId, sealed: sealed(id), request: null })
    const [second, third] = [unique('order'), unique('order')]
    await store.recordOutcome(first, RESTING, { retry: true })
    expect((await store.story(intentId))?.intent.state).toBe('resting')
    await expect(next(second)).rejects.toMatchObject({ code: 'conflict' })

    expect(await store.recordOutcome(first, PARTIAL, { retry: true })).toBe('recorded')
    expect(await store.openIntents(scope)).toMatchObject([{ intent: { state: 'retrying' } }])
    await next(second)
    expect((await store.story(intentId))?.intent.state).toBe('retrying')
    await next(third)
    await store.markSubmitting(third)
    await expect(next(unique('order'))).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.recordOutcome(first, FILLED)).toBe('already-final')
    expect(await store.recordOutcome(second, FILLED)).toBe('already-final')
    await store.recordOutcome(third, FILLED)
    const story = await store.story(intentId)
    expect(story?.intent.state).toBe('filled')
    expect(story?.orders.map(({ state }) => state)).toEqual(['partial', 'abandoned', 'filled'])
    await expect(next(unique('order'))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('an intent that went on ends as it was left, and what was sealed for it is not sent', async () => {
    const { store } = get()
    const { intentId, sealedId } = await send(store, unique('scope'))
    await store.recordOutcome(sealedId, REJECTED, { retry: true })
    const second = unique('order')
    await store.sealOrder({ intentId, sealed: sealed(second), request: null })
    await expect(store.endIntent(intentId, 'abandoned', 'x')).rejects.toMatchObject({ code: 'conflict' })
    await store.endIntent(intentId, 'rejected', 'given up')
    await store.endIntent(intentId, 'rejected', 'given up')
    await expect(store.markSubmitting(second)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.story(intentId)).toMatchObject({
      intent: { state: 'rejected', stateReason: 'given up' },
      orders: [{ state: 'rejected' }, { state: 'abandoned' }],
    })
    const { intentId: fresh } = await plan(store, unique('scope'))
    await expect(store.endIntent(fresh, 'partial', 'nothing was sent')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('of many that seal an order for the same intent at once, one may be sent', async () => {
    const { store } = get()
    const { intentId } = await plan(store, unique('scope'))
    const ids = Array.from({ length: 6 }, () => unique('order'))
    await Promise.allSettled(ids.map((id) => store.sealOrder({ intentId, sealed: sealed(id), request: null })))
    const sent = await Promise.allSettled(ids.map((id) => store.markSubmitting(id)))
    expect(sent.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
  })

  it('keeps each step of an order with its cause', async () => {
    const { store, clock } = get()
    const { intentId } = await plan(store, unique('scope'))
    const [first, second] = [unique('order'), unique('order')]
    const steps: (readonly [string, string, string | RegExp])[] = []
    await store.sealOrder({ intentId, sealed: sealed(first), request: null })
    await store.sealOrder({ intentId, sealed: sealed(second), request: null })
    await store.markSubmitting(second)
    clock.now += 5
    for (const outcome of [UNKNOWN, UNKNOWN, RESTING, REJECTED]) await store.recordOutcome(second, outcome)
    steps.push([first, 'sealed', /nothing was sent/], [first, 'abandoned', /another order/], [second, 'sealed', /./])
    steps.push([second, 'submitting', /about to be sent/], [second, 'unknown', /no answer within 10 s/])
    steps.push([second, 'resting', /0.1 filled/], [second, 'rejected', /minimum value/])
    const story = await store.story(intentId)
    expect(story?.orderSteps).toEqual(
      steps.map(([orderId, state, cause], index) => ({
        orderId,
        state,
        cause: expect.stringMatching(cause),
        at: index < 4 ? clock.now - 5 : clock.now,
      })),
    )
  })

  it('finds orders of an account by what was sealed or by what the venue calls them', async () => {
    const { store } = get()
    const scope = unique('scope')
    const [first, second] = [await send(store, scope), await send(store, unique('scope'))]
    const venueId = unique('oid')
    await store.recordOutcome(first.sealedId, { kind: 'resting', orderId: venueId, filled: parseDecimal('0') })
    for (const id of [first.sealedId, venueId]) {
      expect(await store.findOrders(account(scope), [id, second.sealedId, 'nothing'])).toMatchObject([
        { id: first.sealedId, intentId: first.intentId, venueOrderId: venueId, state: 'resting' },
      ])
    }
    expect(await store.findOrders(account(scope, 'second'), [venueId])).toEqual([])
    expect(await store.findOrders(account(scope), [])).toEqual([])
  })
}
