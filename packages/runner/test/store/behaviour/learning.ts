import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { addPosition, HOUR, OTHER_VENUE, T0, unique, VENUE } from './samples.ts'

/** What everyone relies on of closed trades, regime readings and cursors. */
export function learningBehaviour(get: () => StoreUnderTest): void {
  it('returns the R of the last trades of a pattern, oldest first', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    const { id: other } = await addPosition(store, scope, { label: 'second' })
    const trade = (closedAt: number, r: number) => ({ pattern: 'S1.buySignal', closedAt, r, trade: { pnl: '1' } })
    await store.saveClosedTrade(id, trade(T0 + 2, 0.2))
    await store.saveClosedTrade(other, trade(T0 + 1, -1))
    await store.saveClosedTrade(id, trade(T0 + 3, 1 / 3))
    await store.saveClosedTrade(id, trade(T0 + 3, 99))
    expect(await store.tradeResults(scope, VENUE, '1h', 'S1.buySignal', 10)).toEqual([-1, 0.2, 1 / 3])
    expect(await store.tradeResults(scope, VENUE, '1h', 'S1.buySignal', 2)).toEqual([0.2, 1 / 3])
  })

  it('keeps what was learned apart by scope, venue, timeframe and pattern', async () => {
    const { store } = get()
    const scope = unique('scope')
    const { id } = await addPosition(store, scope)
    await store.saveClosedTrade(id, { pattern: 'S1.buySignal', closedAt: T0, r: 1, trade: null })
    expect(await store.tradeResults(unique('scope'), VENUE, '1h', 'S1.buySignal', 10)).toEqual([])
    expect(await store.tradeResults(scope, OTHER_VENUE, '1h', 'S1.buySignal', 10)).toEqual([])
    expect(await store.tradeResults(scope, VENUE, '4h', 'S1.buySignal', 10)).toEqual([])
    expect(await store.tradeResults(scope, VENUE, '1h', 'S3.entry', 10)).toEqual([])
    await expect(
      store.saveClosedTrade('nobody', { pattern: 'x', closedAt: T0, r: 1, trade: null }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps the newest reading of a regime driver at each time', async () => {
    const { store } = get()
    const of = { scope: unique('scope'), venue: VENUE, driver: 'btc', timeframe: '1h' as const }
    const reading = (ts: number, state: string) => ({ ...of, ts, state, reading: { dA: 0.3, present: true } })
    await store.saveRegimeReading(reading(T0, 'S1'))
    await store.saveRegimeReading(reading(T0 + HOUR, 'S2'))
    await store.saveRegimeReading(reading(T0, 'S3'))
    await store.saveRegimeReading({ ...reading(T0, 'S0'), driver: 'alt' })
    expect(await store.regimeReadings(of.scope, VENUE, 'btc', '1h', 10)).toEqual([
      reading(T0 + HOUR, 'S2'),
      reading(T0, 'S3'),
    ])
    expect(await store.regimeReadings(of.scope, VENUE, 'btc', '1h', 1)).toEqual([reading(T0 + HOUR, 'S2')])
    expect(await store.regimeReadings(of.scope, VENUE, 'btc', '1m', 10)).toEqual([])
  })

  it('keeps a cursor by scope, venue, label and name', async () => {
    const { store } = get()
    const scope = unique('scope')
    expect(await store.cursor(scope, VENUE, 'default', 'fills')).toBeNull()
    await store.saveCursor(scope, VENUE, 'default', 'fills', '17')
    await store.saveCursor(scope, VENUE, 'default', 'fills', '18')
    await store.saveCursor(scope, VENUE, 'second', 'fills', '1')
    expect(await store.cursor(scope, VENUE, 'default', 'fills')).toBe('18')
    expect(await store.cursor(scope, VENUE, 'second', 'fills')).toBe('1')
    expect(await store.cursor(scope, OTHER_VENUE, 'default', 'fills')).toBeNull()
    expect(await store.cursor(scope, VENUE, 'default', 'funding')).toBeNull()
  })
}
