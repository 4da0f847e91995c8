import type { Bar, PositionState, Timeframe, VenueEvent } from '@portolan/core'
import { definePmConfig, instrumentId, parseDecimal, universalModels } from '@portolan/core'
import { expect, it } from 'vitest'
import { coarserBars } from '../../src/history/coarser-bars.ts'
import { pastVenue } from '../../src/history/past-venue.ts'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { Engine } from '../../src/loop/engine.ts'
import type { TradingVenue } from '../../src/loop/trading-venue.ts'
import { DEFAULT_PATIENCE } from '../../src/reconciler/index.ts'
import { VirtualClock } from '../../src/services/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { HOUR, instrument } from '../store/behaviour/samples.ts'
import { addHourly, hours, PERPS, SCOPE, START } from './hourly-loop.ts'

const TOKEN = instrumentId('TOKEN')
const BARS = hours(460)
/** The feed is down in these bars, and nobody knows until bar 420. */
const HOLE = { from: START + 410 * HOUR, to: START + 415 * HOUR }
const FEEDS = ['trading', 'majors'] as const
const REGIME = { regime: { timeframe: { macro: '1d', meso: '4h', micro: '1h' } } } as const
const KNOWN_AT = START + 420 * HOUR

/** Lives through the bars; `down`: those of the hole do not arrive, and the venue tells of the gap later. Returns what is left behind. */
async function live(down: boolean) {
  await using store = createMemoryStore({ keepSteps: true })
  const clock = new VirtualClock(START)
  const emit = (event: VenueEvent) => engine.receive(venue, event)
  const past = pastVenue(
    {
      key: PERPS,
      label: 'default',
      name: 'past',
      network: { name: 'past', simulated: true },
      source: 'past:default',
      delivers: { trades: false, bars: ['1h'] },
      instruments: [instrument('TOKEN')],
      account: { startingCash: parseDecimal('100000'), slippageBps: 5, frictionless: false },
    },
    clock,
    emit,
  )
  const history = async ({ timeframe, from, to }: { timeframe: Timeframe; from: number; to: number }) => {
    const ended = BARS.filter((bar) => bar.ts + HOUR <= clock.now())
    const bars = timeframe === '1h' ? ended : coarserBars(ended, '1h', timeframe)
    return bars.filter((bar) => bar.ts >= from && bar.ts < to)
  }
  const venue: TradingVenue = {
    ...past,
    capabilities: { ...past.capabilities, history: ['1h', '4h', '1d'] },
    venue: {
      start: (signal) => past.venue.start(signal),
      instruments: (signal) => past.venue.instruments(signal),
      canTradeNow: (id, at) => past.venue.canTradeNow(id, at),
      marketData: { want: () => undefined, history },
      [Symbol.asyncDispose]: async () => undefined,
    },
  }
  const engine = new Engine({
    mode: 'paper',
    store,
    clock,
    logger: silentLogger,
    venues: {
      all: [venue],
      forPosition: () => ({ execution: venue, data: venue }),
      dataOf: () => venue,
    },
    scopeOf: () => SCOPE,
    pm: { config: definePmConfig(REGIME), models: universalModels, fixedA: 0.5, fixedE: 0.5, learning: false },
    bars: { graceMs: 0, historyBars: 1 },
    majors: { key: PERPS, label: null, symbols: [TOKEN] },
    patience: DEFAULT_PATIENCE,
    upkeep: null,
    onEvent: () => undefined,
  })
  await addHourly(store, PERPS, 'TOKEN')
  await engine.start()
  await engine.idle()
  for (const bar of BARS) {
    await clock.advanceTo(bar.ts + HOUR)
    const lost = down && bar.ts >= HOLE.from && bar.ts < HOLE.to
    if (down && bar.ts === KNOWN_AT) {
      emit({ type: 'feed-status', instrument: TOKEN, feeds: FEEDS, status: { kind: 'gap', ...HOLE }, at: bar.ts })
      await engine.idle()
    }
    if (!lost) emit({ type: 'bars', instrument: TOKEN, feeds: FEEDS, timeframe: '1h', bars: [bar] })
    engine.tick()
    await engine.idle()
  }
  const [row] = await store.positions(SCOPE)
  const regime = engine.regime.save()
  await engine.stop()
  const series = { venue: PERPS, source: 'past:default', feed: 'trading' as const, instrument: TOKEN }
  const stored = await store.bars({ ...series, timeframe: '1h', from: 0, to: clock.now() })
  return { state: row?.state as unknown as PositionState, stored, regime }
}

it('a gap that is known only after its bars were made up is mended: in the store, in the state from there on, and in the regime', async () => {
  const whole = await live(false)
  const mended = await live(true)
  const plain = ({ ts, open, high, low, close, volume }: Bar) => ({ ts, open, high, low, close, volume })
  expect(mended.stored.map(plain)).toEqual(whole.stored.map(plain))
  expect(mended.stored.filter((bar) => bar.origin === 'repaired').map((bar) => bar.ts)).toEqual(
    BARS.filter((bar) => bar.ts >= HOLE.from && bar.ts < HOLE.to).map((bar) => bar.ts),
  )
  expect(mended.regime).toEqual(whole.regime)
  expect(mended.state.bars).toBe(BARS.length)
  expect(mended.state.series).toEqual(whole.state.series)
  expect(mended.state.signals).toEqual(whole.state.signals)
})
