import { expect, it } from 'vitest'
import type { TradingOrder } from '../../../src/risk/trading-state.ts'
import type { StoreUnderTest } from './samples.ts'
import { OTHER_VENUE, T0, unique, VENUE } from './samples.ts'

function order(scope: string, change: Partial<TradingOrder> = {}): TradingOrder {
  const base = { scope, target: 'all', flattenAt: null, reason: 'news', by: 'operator', at: T0 } as const
  return { ...base, state: 'halted', ...change }
}

/** What everyone relies on of what was ordered of trading. */
export function tradingOrderBehaviour(get: () => StoreUnderTest): void {
  it('keeps the newest order of each target, that for everything first', async () => {
    const { store } = get()
    const [scope, other] = [unique('scope'), unique('scope')]
    const one = order(scope, { target: { venue: VENUE, label: 'b' }, state: 'reducing', flattenAt: T0 + 1 })
    const two = order(scope, { target: { venue: OTHER_VENUE, label: 'a' }, by: 'breaker' })
    await store.saveTradingOrder(two)
    await store.saveTradingOrder(one)
    await store.saveTradingOrder(order(scope))
    await store.saveTradingOrder(order(scope, { state: 'active', at: T0 + 5 }))
    await store.saveTradingOrder(order(other))
    expect(await store.tradingOrders(scope)).toEqual([order(scope, { state: 'active', at: T0 + 5 }), one, two])
    expect(await store.tradingOrders(unique('nothing'))).toEqual([])
  })

  it('keeps what losses are measured against', async () => {
    const { store } = get()
    const scope = unique('scope')
    expect(await store.profitMarks(scope)).toBeNull()
    await store.saveProfitMarks(scope, { since: T0, day: T0, dayStartUsd: 0.1, peakUsd: -2.5 })
    const marks = { since: T0 + 2, day: T0 + 1, dayStartUsd: 0.1 + 0.2, peakUsd: 3 }
    await store.saveProfitMarks(scope, marks)
    expect(await store.profitMarks(scope)).toEqual(marks)
  })
}
