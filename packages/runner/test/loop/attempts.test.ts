import type { Outcome } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { account, HOUR } from '../store/behaviour/samples.ts'
import type { Answer } from './scripted-account.ts'
import {
  addScripted,
  amount,
  BTC,
  fillPart,
  SCOPE,
  ScriptedRun,
  ScriptedVenue,
  SIGNAL,
  START,
} from './scripted-account.ts'

const rejected = (change: Partial<Extract<Outcome, { kind: 'rejected' }>> = {}): Answer => {
  return () => ({ kind: 'rejected', reason: 'slippage', message: 'too far', ...change })
}
const expired: Answer = () => ({ kind: 'expired', cause: 'time', message: 'nothing to match it with' })
const unknown: Answer = () => ({ kind: 'unknown', message: 'no answer' })
const resting: Answer = (_, { id }) => ({ kind: 'resting', orderId: `oid-${id}`, filled: amount('0') })

async function started(options: ConstructorParameters<typeof ScriptedRun>[2] = {}) {
  const store = createMemoryStore({ keepSteps: true, now: () => START })
  const venue = new ScriptedVenue()
  const position = await addScripted(store)
  const run = await ScriptedRun.start(store, venue, options)
  return { store, venue, position, run }
}

async function holding(options: ConstructorParameters<typeof ScriptedRun>[2] = {}) {
  const all = await started(options)
  await all.run.bar(SIGNAL.buy)
  all.venue.sent.length = 0
  return all
}

describe('an exit', () => {
  it('gets another order at a fresh price until all is sold; a partial fill counts', async () => {
    const { store, venue, run } = await holding()
    await using _ = run
    venue.answers = [rejected(), fillPart(0.4), expired]
    await run.bar(SIGNAL.exit)
    expect(venue.sent).toHaveLength(1)
    expect((await store.openIntents(SCOPE)).map(({ intent }) => intent.state)).toEqual(['retrying'])
    const [runtime] = run.engine.runtimes
    if (runtime !== undefined) run.engine.setPrice(runtime.venue, BTC, amount('80'))
    await run.wait(30_000)
    expect(venue.sent).toHaveLength(4)
    const [first, second, third] = venue.sent
    expect(Number(second?.limitPrice)).toBeLessThan(Number(first?.limitPrice))
    expect(Number(third?.quantity)).toBeLessThan(Number(second?.quantity))
    expect(new Set(venue.sent.map(({ intentId }) => intentId)).size).toBe(4)
    expect(run.rows[0]).toMatchObject({ quantity: '0' })
    const [intent] = await store.intents(SCOPE, 1)
    const story = await store.story(intent?.id ?? '')
    expect(story?.orders.map(({ state }) => state)).toEqual(['rejected', 'partial', 'expired', 'filled'])
    expect(story?.intent.state).toBe('filled')
  })

  it('has as many orders as the config allows, and is due again on the next bar', async () => {
    const { store, venue, run } = await holding({ exits: { attempts: 3, backoffMs: 100 } })
    await using _ = run
    venue.answers = Array.from({ length: 4 }, () => rejected({ reason: 'no-liquidity' }))
    await run.bar(SIGNAL.exit)
    await run.wait(60_000)
    expect(venue.sent).toHaveLength(3)
    expect((await store.intents(SCOPE, 1))[0]?.state).toBe('rejected')
    await run.bar(SIGNAL.quiet)
    await run.wait(1_000)
    expect(venue.sent).toHaveLength(5)
    expect(run.rows[0]?.quantity).toBe('0')
  })

  it.each(['reduce-only', 'duplicate', 'not-authorised', 'insufficient-funds'] as const)(
    'that was refused for %s is not tried again on the same bar',
    async (reason) => {
      const { venue, run } = await holding()
      await using _ = run
      venue.answers = [rejected({ reason })]
      await run.bar(SIGNAL.exit)
      await run.wait(60_000)
      expect(venue.sent).toHaveLength(1)
    },
  )

  it('is never sent again while nobody knows what became of its order', async () => {
    const { store, venue, run } = await holding()
    await using _ = run
    venue.answers = [unknown]
    await run.bar(SIGNAL.exit)
    await run.wait(120_000)
    expect(venue.sent).toHaveLength(1)
    expect(venue.lookedUp.length).toBeGreaterThan(3)
    expect((await store.openIntents(SCOPE))[0]?.intent.state).toBe('unknown')
    venue.told = { kind: 'expired', cause: 'time', message: 'it never came' }
    await run.wait(40_000)
    expect(venue.sent).toHaveLength(2)
    expect(run.rows[0]?.quantity).toBe('0')
  })

  it('goes on after a stop between two of its orders', async () => {
    const { store, venue, run } = await holding()
    venue.answers = [fillPart(0.5), expired]
    await run.bar(SIGNAL.exit)
    await run.engine.stop()
    expect((await store.openIntents(SCOPE))[0]?.intent.state).toBe('retrying')
    await using again = await ScriptedRun.start(store, venue, { at: START + 2 * HOUR + 60_000 })
    const [runtime] = again.engine.runtimes
    await again.wait(2_000)
    expect(venue.sent).toHaveLength(1)
    if (runtime !== undefined) again.engine.setPrice(runtime.venue, BTC, amount('99'))
    await again.wait(60_000)
    expect(venue.sent).toHaveLength(3)
    expect(again.rows[0]?.quantity).toBe('0')
    expect(await store.openIntents(SCOPE)).toEqual([])
  })

  it('waits while nothing may be sent, and goes out when the venue opens', async () => {
    const { venue, run } = await holding()
    await using _ = run
    venue.gate = { state: 'closed', reason: 'maintenance', message: 'closed', changesAt: null }
    await run.bar(SIGNAL.exit)
    await run.wait(10_000)
    expect(venue.sent).toHaveLength(0)
    venue.gate = { state: 'open' }
    await run.wait(1_000)
    expect(venue.sent).toMatchObject([{ side: 'sell', closesPosition: true }])
    expect(run.rows[0]?.quantity).toBe('0')
  })

  it('that could not be sent before a stop goes out after it', async () => {
    const { store, venue, run } = await holding()
    venue.gate = { state: 'closed', reason: 'maintenance', message: 'closed', changesAt: null }
    await run.bar(SIGNAL.exit)
    await run.engine.stop()
    await using again = await ScriptedRun.start(store, venue, { at: START + 2 * HOUR + 1_000 })
    await again.wait(1_000)
    expect(venue.sent).toHaveLength(0)
    venue.gate = { state: 'open' }
    await again.wait(1_000)
    expect(venue.sent).toHaveLength(0)
    const [runtime] = again.engine.runtimes
    if (runtime !== undefined) again.engine.setPrice(runtime.venue, BTC, amount('97'))
    await again.wait(1_000)
    expect(venue.sent).toMatchObject([{ side: 'sell' }])
    expect(again.rows[0]?.quantity).toBe('0')
  })

  it('that waited for the cancel of a resting order goes out as soon as that is at its end', async () => {
    const { store, venue, run } = await started()
    await using _ = run
    venue.answers = [resting]
    await run.bar(SIGNAL.buy)
    const [request] = venue.sent
    const sealed = (await store.openIntents(SCOPE))[0]?.orders[0]?.sealed
    if (request === undefined || sealed === undefined) throw new Error('nothing rests')
    venue.told = resting(request, sealed)
    const executed = fillPart(0.5)(request, sealed)
    if (executed.kind !== 'partial') throw new Error('not a part')
    for (const fill of executed.fills ?? []) run.tell({ type: 'fill', fill: venue.happens(fill) })
    await run.rest()
    venue.cancelTold = executed
    await run.bar(SIGNAL.exit)
    expect(venue.cancelled).toHaveLength(1)
    await run.wait(500)
    expect(venue.sent.map(({ side }) => side)).toEqual(['buy', 'sell'])
    expect(run.rows[0]?.quantity).toBe('0')
    const intents = await store.intents(SCOPE, 2)
    expect(intents.map(({ barTs }) => barTs)).toEqual([START + HOUR, START])
  })
})

describe('an entry', () => {
  it('has one order, whatever it comes to', async () => {
    for (const answer of [rejected(), expired, fillPart(0.5)]) {
      const { venue, run } = await started()
      await using _ = run
      venue.answers = [answer]
      await run.bar(SIGNAL.buy)
      await run.wait(60_000)
      expect(venue.sent).toHaveLength(1)
    }
  })
})

describe('a refused order that cost something', () => {
  it('is a loss of the position, booked once with the refusal', async () => {
    const { store, venue, run, position } = await holding()
    await using _ = run
    const fee = { in: 'other', asset: 'SOL', amount: amount('0.000005'), usd: amount('0.0008') } as const
    venue.answers = [rejected({ fee }), rejected({ fee })]
    const before = Number(run.rows[0]?.feesUsd)
    await run.bar(SIGNAL.exit)
    await run.wait(10_000)
    expect(venue.sent).toHaveLength(3)
    const charges = await store.charges(position.id)
    expect(charges.map(({ kind, usd }) => [kind, usd])).toEqual([
      ['order-cost', '-0.0008'],
      ['order-cost', '-0.0008'],
    ])
    expect(new Set(charges.map(({ id }) => id)).size).toBe(2)
    expect(Number(run.rows[0]?.feesUsd)).toBeCloseTo(before + 0.0016 + 0.01, 9)
    expect(run.rows[0]).toMatchObject({ quantity: '0' })
    expect(await store.positions(SCOPE)).toMatchObject([{ feesUsd: run.rows[0]?.feesUsd }])
  })
})

describe('before an order is stored', () => {
  it('a permit is asked for, each time', async () => {
    const asked: string[] = []
    const { store, venue, run } = await started({
      permit: ({ isExit, attempt, request }) => {
        asked.push(`${isExit ? 'exit' : 'entry'} ${attempt} ${request.side}`)
        return isExit || asked.length > 1
          ? { kind: 'allowed' }
          : { kind: 'refused', reason: 'max-order', message: 'too much' }
      },
    })
    await using _ = run
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(0)
    const [intent] = await store.intents(SCOPE, 1)
    expect(intent).toMatchObject({ state: 'skipped', stateReason: 'max-order: too much' })
    expect((await store.story(intent?.id ?? ''))?.orders).toEqual([])
    await run.bar(SIGNAL.buy)
    venue.answers = [rejected()]
    await run.bar(SIGNAL.exit)
    await run.wait(5_000)
    expect(asked).toEqual(['entry 1 buy', 'entry 1 buy', 'exit 1 sell', 'exit 2 sell'])
  })
})

it('a runner whose account was claimed by another one sends nothing and books nothing', async () => {
  const store = createMemoryStore({ keepSteps: true, now: () => START })
  await addScripted(store)
  const [first, second] = [new ScriptedVenue(), new ScriptedVenue()]
  const old = await store.claim(account(SCOPE))
  await using stale = await ScriptedRun.start(store, first, { fenceOf: () => old.fence })
  await old[Symbol.asyncDispose]()
  await using claim = await store.claim(account(SCOPE))
  await using current = await ScriptedRun.start(store, second, { fenceOf: () => claim.fence })
  await stale.bar(SIGNAL.buy)
  expect(first.sent).toEqual([])
  expect(stale.engine.positions[0]?.actor?.problem).toContain('must stop')
  await current.bar(SIGNAL.buy)
  expect(second.sent).toHaveLength(1)
  expect(await store.intents(SCOPE, 5)).toHaveLength(1)
})
