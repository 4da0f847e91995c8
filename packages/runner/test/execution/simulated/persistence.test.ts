import type { Logger } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { SimulatedExchangeState } from '../../../src/execution/simulated/index.ts'
import { exchangeWith, request } from './exchange-fixture.ts'

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A disk that takes its time, and fails when told. */
function disk() {
  const saved: SimulatedExchangeState[] = []
  const waiting: (() => void)[] = []
  const control = { failing: false }
  const save = (state: SimulatedExchangeState) =>
    new Promise<void>((resolve, reject) => {
      waiting.push(() => {
        if (control.failing) return reject(new Error('disk full'))
        saved.push(state)
        resolve()
      })
    })
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      for (const finish of waiting.splice(0)) finish()
      await Promise.resolve()
    }
  }
  return { saved, control, settle, persistence: { save, logger: quiet } }
}

describe('an exchange that is saved', () => {
  it('tells nobody of anything before it is on the disk', async () => {
    const { saved, settle, persistence } = disk()
    const { exchange, events, price } = exchangeWith({ persistence })
    const sealed = await exchange.prepare(request('buy', '1'))
    const submitted = exchange.submit(sealed)
    await settle()
    expect(await submitted).toMatchObject({ kind: 'resting' })
    expect(saved).toHaveLength(1)

    price(1_000)
    const asked = exchange.lookup(sealed)
    await Promise.resolve()
    expect(events).toEqual([])
    await settle()
    expect(await asked).toMatchObject({ kind: 'filled' })
    expect(events.map(({ type }) => type)).toEqual(['fill', 'order'])
    expect(saved.at(-1)).toEqual(exchange.snapshot())
  })

  it('keeps its news while the disk fails, fails reads, and tells each event once when the disk is back', async () => {
    const { control, settle, persistence } = disk()
    const { exchange, events, price } = exchangeWith({ persistence })
    const sealed = await exchange.prepare(request('buy', '1'))
    const submitted = exchange.submit(sealed)
    await settle()
    await submitted

    control.failing = true
    price(1_000)
    await settle()
    const read = exchange.positions().catch(String)
    await settle()
    expect(await read).toBe('Error: disk full')
    expect(events).toEqual([])

    control.failing = false
    price(1_001)
    await settle()
    expect(events.map(({ type }) => type)).toEqual(['fill', 'order'])
    expect(await exchange.positions()).toHaveLength(1)
  })

  it('saves changes that come together once', async () => {
    const { saved, settle, persistence } = disk()
    const { exchange } = exchangeWith({ persistence })
    const orders = await Promise.all(
      ['a', 'b', 'c'].map((intentId) => exchange.prepare(request('buy', '1', { intentId }))),
    )
    const all = Promise.all(orders.map((order) => exchange.submit(order)))
    await settle()
    await all
    expect(saved.length).toBeLessThan(3)
    expect(saved.at(-1)?.waiting).toHaveLength(3)
  })
})
