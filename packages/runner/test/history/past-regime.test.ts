import type { Bar } from '@portolan/core'
import { definePmConfig, instrumentId } from '@portolan/core'
import { expect, it } from 'vitest'
import { coarserBars } from '../../src/history/coarser-bars.ts'
import { pastRegime } from '../../src/history/past-regime.ts'
import { NO_SOURCES, regimeSeries } from '../../src/loop/regime-sources.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { hours, PERPS, START } from '../loop/hourly-loop.ts'
import { HOUR } from '../store/behaviour/samples.ts'

const config = definePmConfig({ regime: { timeframe: { macro: '1d', meso: '4h', micro: '1h' } } })
const TO = START + 400 * HOUR

it('reads series of venues from what a store recorded of them, longer bars of shorter ones where only those were kept', async () => {
  const store = createMemoryStore()
  const of = { venue: PERPS, source: 'mainnet:default', feed: 'majors' as const }
  const [btc, eth] = [hours(420), hours(420, 2)]
  await store.saveBars({ ...of, instrument: instrumentId('BTC') }, '1h', btc)
  await store.saveBars({ ...of, instrument: instrumentId('ETH') }, '1h', eth)
  await store.saveBars({ ...of, instrument: instrumentId('ETH') }, '1d', coarserBars(eth, '1h', '1d').slice(3))
  const majors = { key: PERPS, label: null, symbols: ['BTC', 'ETH', 'SOL'].map(instrumentId) }
  const market = { store, sourceOf: () => ({ source: 'mainnet:default' }) }
  const { series, notices } = await pastRegime(regimeSeries(majors, NO_SOURCES), market, { config, to: TO })
  expect(notices).toEqual(['alt of the regime is without SOL of acme/perps: nothing of it was recorded'])
  expect(series.map((one) => [one.series, one.composite])).toEqual([
    ['btc', false],
    ['alt', true],
  ])
  const bars = (name: string, timeframe: string): readonly Bar[] =>
    (series.find((one) => one.series === name)?.sources ?? []).flatMap((source) =>
      source.kind === 'recorded' && source.timeframe === timeframe ? source.bars() : [],
    )
  const plain = (list: readonly Bar[]) => list.map(({ ts, open, close }) => [ts, open, close])
  expect(plain(bars('btc', '1h'))).toEqual(plain(btc.slice(0, 400)))
  expect(plain(bars('btc', '4h'))).toEqual(plain(coarserBars(btc.slice(0, 400), '1h', '4h')))
  expect(bars('alt', '1d')[0]?.ts).toBe(START + 3 * 24 * HOUR)
})

it('without a store every series of a venue is missing, and said to be', async () => {
  const majors = { key: PERPS, label: null, symbols: [instrumentId('BTC')] }
  const { series, notices } = await pastRegime(regimeSeries(majors, NO_SOURCES), null, { config, to: TO })
  expect(series).toEqual([{ series: 'btc', sources: [], composite: false }])
  expect(notices).toEqual(['btc of the regime is without BTC of acme/perps: there is no store'])
})
