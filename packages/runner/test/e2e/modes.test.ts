import { Exact } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import type { RunnerProcess } from './support/runner-process.ts'
import { SimulatedVoyage } from './support/simulated-voyage.ts'

const DEADLINE_MS = 60_000
const MANY = 10_000

async function untilLine(runner: RunnerProcess, pattern: RegExp): Promise<void> {
  expect(await runner.line(pattern, DEADLINE_MS), runner.said()).not.toBeNull()
}

/** Fills of all positions by id, after each position was found to hold what its fills make. */
async function fillsThatAddUp(store: Store, scope: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { id, instrument, quantity } of await store.positions(scope)) {
    let held = new Exact(0)
    for (const fill of await store.fills(id)) {
      expect(found.has(fill.id), fill.id).toBe(false)
      found.set(fill.id, `${fill.side} ${fill.quantity} ${instrument} at ${fill.price}`)
      held = fill.side === 'buy' ? held.plus(fill.quantity) : held.minus(fill.quantity)
    }
    expect(held.toFixed(), instrument).toBe(quantity)
  }
  return found
}

describe('dry-run', () => {
  it('seals and signs orders that the venue would take, and sends none', { timeout: 3 * DEADLINE_MS }, async () => {
    await using voyage = await SimulatedVoyage.start({ seed: 11, speed: 60, mode: 'dry-run', orderTtlMs: 600_000 })
    await using runner = voyage.run()
    await untilLine(runner, / intent .* not-sent/)
    expect(await runner.interrupt()).toEqual({ code: 0, signal: null })
    expect(voyage.proxy.posted).toEqual([])
    expect(voyage.simulator.executions().flatMap(({ orders }) => orders)).toEqual([])

    await using store = await voyage.openStore()
    const [intent] = (await store.intents('dry-run@simulator', MANY)).filter(({ state }) => state === 'not-sent')
    const story = await store.story(intent?.id ?? '')
    expect(story).toMatchObject({ orders: [{ state: 'not-sent' }], position: { quantity: '0' } })
    // What was sealed is what `live` would have sent: the venue knows the signature and executes it.
    const [payload] = story?.orders.map(({ sealed }) => sealed.payload as { readonly body: string }) ?? []
    expect(await voyage.post('/exchange', payload?.body ?? '')).toMatchObject({
      status: 'ok',
      response: { data: { statuses: [{ filled: { totalSz: expect.any(String) } }] } },
    })
  })
})

describe('paper', () => {
  it('fills by itself, sends nothing, and goes on after it was killed', { timeout: 5 * DEADLINE_MS }, async () => {
    await using voyage = await SimulatedVoyage.start({ seed: 12, speed: 60, mode: 'paper' })
    await using killed = voyage.run()
    await untilLine(killed, / fill .* sold /)
    await killed.kill()
    const before = await (async () => {
      await using store = await voyage.openStore()
      return await fillsThatAddUp(store, 'paper@simulator')
    })()
    expect(before.size).toBeGreaterThan(1)

    await using again = voyage.run()
    await untilLine(again, / fill .* bought /)
    await untilLine(again, / fill .* sold /)
    expect(await again.interrupt()).toEqual({ code: 0, signal: null })
    await using store = await voyage.openStore()
    const after = await fillsThatAddUp(store, 'paper@simulator')
    expect(after.size).toBeGreaterThanOrEqual(before.size + 2)
    expect(Object.fromEntries(after)).toMatchObject(Object.fromEntries(before))

    expect(voyage.proxy.posted).toEqual([])
    expect(voyage.simulator.executions().flatMap(({ orders }) => orders)).toEqual([])
  })
})
