import type { Bar } from '@portolan/core'
import { parseDecimal } from '@portolan/core'
import { expect, it } from 'vitest'
import type { StoreUnderTest } from './samples.ts'
import { bar, HOUR, instrument, OTHER_VENUE, series, T0, trade, unique, VENUE } from './samples.ts'

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER }

/** What everyone relies on of instruments, trades and bars. */
export function marketDataBehaviour(get: () => StoreUnderTest): void {
  it('gives instruments back as they were, the newest definition of each', async () => {
    const { store } = get()
    const source = unique('source')
    const [btc, eth] = [instrument('BTC'), instrument('ETH', { marketCapUsd: 4e11 })]
    await store.saveInstruments(VENUE, source, [btc, eth])
    await store.saveInstruments(VENUE, source, [instrument('BTC', { status: 'delisted' }), instrument('SOL')])
    await store.saveInstruments(OTHER_VENUE, source, [instrument('HYPE')])
    expect(await store.instruments(VENUE, source)).toEqual([{ ...btc, status: 'delisted' }, eth, instrument('SOL')])
    expect(await store.instruments(VENUE, unique('source'))).toEqual([])
  })

  it('of an instrument that is in a list twice, the last counts', async () => {
    const { store } = get()
    const source = unique('source')
    await store.saveInstruments(VENUE, source, [instrument('BTC'), instrument('BTC', { marketCapUsd: 1 })])
    expect(await store.instruments(VENUE, source)).toEqual([instrument('BTC', { marketCapUsd: 1 })])
  })

  it('keeps each trade once, by id and time, exact and in order', async () => {
    const { store } = get()
    const of = series(unique('source'))
    const first = trade('9', T0, { price: parseDecimal('0.000000000000123456789'), side: null })
    const second = trade('1', T0)
    await store.saveTrades(of, [first, second, { ...first, price: parseDecimal('5') }])
    await store.saveTrades(of, [trade('1', T0, { price: parseDecimal('6') }), trade('1', T0 + 5), trade('2', T0 - 5)])
    expect(await store.trades(of, ALL.from, ALL.to)).toEqual([trade('2', T0 - 5), first, second, trade('1', T0 + 5)])
    expect(await store.trades(of, T0, T0 + 5)).toEqual([first, second])
  })

  it('keeps series apart by venue, source, feed and instrument', async () => {
    const { store } = get()
    const source = unique('source')
    const all = [
      series(source),
      series(source, { feed: 'majors' }),
      series(source, { venue: OTHER_VENUE }),
      series(unique('source')),
      series(source, { instrument: instrument('ETH').id }),
    ]
    for (const [i, of] of all.entries()) {
      await store.saveTrades(of, [trade(String(i), T0)])
      await store.saveBars(of, '1m', [bar(T0, i)])
    }
    for (const [i, of] of all.entries()) {
      expect(await store.trades(of, ALL.from, ALL.to)).toEqual([trade(String(i), T0)])
      expect(await store.bars({ ...of, timeframe: '1m', ...ALL })).toMatchObject([{ close: i }])
      expect(await store.bars({ ...of, timeframe: '1h', ...ALL })).toEqual([])
    }
  })

  it('keeps thousands of trades and bars', async () => {
    const { store } = get()
    const of = series(unique('source'))
    const trades = Array.from({ length: 12_001 }, (_, i) => trade(`id-${i}`, T0 + Math.floor(i / 3)))
    const bars = Array.from({ length: 12_001 }, (_, i) => bar(T0 + i * HOUR, 100 + Math.sin(i)))
    await store.saveTrades(of, trades)
    await store.saveBars(of, '1h', bars)
    expect(await store.trades(of, ALL.from, ALL.to)).toEqual(trades)
    expect(await store.bars({ ...of, timeframe: '1h', ...ALL })).toEqual(bars.map(traded))
  })

  it('gives bars back to the last bit', async () => {
    const { store } = get()
    const of = series(unique('source'))
    const odd: Bar = {
      ts: T0,
      open: 0.1 + 0.2,
      high: 1.7976931348623157e308,
      low: 5e-324,
      close: 1 / 3,
      volume: 1e21,
      origin: 'filled',
      gapMarked: true,
    }
    await store.saveBars(of, '1h', [odd])
    expect(await store.bars({ ...of, timeframe: '1h', ...ALL })).toEqual([odd])
  })

  it('a bar that is there is replaced by a repaired one only', async () => {
    const { store } = get()
    const of = series(unique('source'))
    const query = { ...of, timeframe: '1h' as const, ...ALL }
    await store.saveBars(of, '1h', [bar(T0, 1), bar(T0, 2, { origin: 'filled' })])
    await store.saveBars(of, '1h', [bar(T0, 3), bar(T0 + HOUR, 1, { origin: 'filled' })])
    expect(await store.bars(query)).toMatchObject([{ close: 1, origin: 'traded' }, { origin: 'filled' }])
    await store.saveBars(of, '1h', [bar(T0, 4, { origin: 'repaired' }), bar(T0 + HOUR, 5, { origin: 'repaired' })])
    await store.saveBars(of, '1h', [bar(T0, 6), bar(T0 + HOUR, 7, { origin: 'filled' })])
    expect(await store.bars(query)).toMatchObject([
      { close: 4, origin: 'repaired' },
      { close: 5, origin: 'repaired' },
    ])
    await store.saveBars(of, '1h', [bar(T0, 8, { origin: 'repaired' }), bar(T0, 9)])
    expect(await store.bars(query)).toMatchObject([{ close: 8 }, { close: 5 }])
  })

  it('reads bars from a time, inclusive, to a time, exclusive, oldest first', async () => {
    const { store } = get()
    const of = series(unique('source'))
    await store.saveBars(of, '1h', [bar(T0 + 2 * HOUR, 3), bar(T0, 1), bar(T0 + HOUR, 2)])
    const query = { ...of, timeframe: '1h' as const }
    expect((await store.bars({ ...query, from: T0, to: T0 + 2 * HOUR })).map((row) => row.close)).toEqual([1, 2])
    expect((await store.bars({ ...query, from: T0 + 1, to: T0 + 3 * HOUR })).map((row) => row.close)).toEqual([2, 3])
  })

  it('forgets trades before a time and keeps bars', async () => {
    const { store } = get()
    // Long before the trades of every other test: all series are pruned.
    const old = 1_000_000
    const of = series(unique('source'))
    await store.saveTrades(of, [trade('1', old - 2), trade('2', old - 1), trade('3', old)])
    await store.saveTrades(series(unique('source')), [trade('1', old - 1)])
    await store.saveBars(of, '1m', [bar(old - 60_000, 1)])
    expect(await store.prune({ table: 'trades', before: old })).toBe(3)
    expect(await store.prune({ table: 'trades', before: old })).toBe(0)
    expect(await store.trades(of, ALL.from, ALL.to)).toEqual([trade('3', old)])
    expect(await store.bars({ ...of, timeframe: '1m', ...ALL })).toHaveLength(1)
    await store.saveTrades(of, [trade('1', old - 2)])
    expect(await store.trades(of, ALL.from, ALL.to)).toHaveLength(2)
    await store.prune({ table: 'trades', before: old + 1 })
  })
}

function traded(bar: Bar): Bar {
  return { ...bar, origin: 'traded' }
}
