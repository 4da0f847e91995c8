import { describe, expect, it } from 'vitest'
import { DryRunError, DryRunExecution } from '../../../src/execution/simulated/index.ts'
import { exchangeWith, request, signal } from './exchange-fixture.ts'

describe('a dry run', () => {
  it('prepares as the venue does and lets nothing through', async () => {
    const { exchange, price, events } = exchangeWith()
    const dry = new DryRunExecution(exchange)
    const order = request('buy', '1')
    const sealed = await dry.prepare(order, signal)
    expect(sealed).toEqual(await exchange.prepare(order))
    for (const verb of ['submit', 'lookup', 'cancel'] as const) {
      await expect(dry[verb](sealed)).rejects.toThrow(DryRunError)
      await expect(dry[verb](sealed)).rejects.toThrow(`dry run: ${verb} of order ${sealed.id} was stopped`)
    }
    price(1_000)
    expect(events).toEqual([])
    expect(await exchange.openOrders()).toEqual([])
  })
})
