import type { Instrument, VenueEvent } from '@portolan/core'
import { decimalFromNumber, FRICTIONLESS_SIZING, resolveCapabilities, TIMEFRAME_MS } from '@portolan/core'
import { DEFAULT_PATIENCE } from '../execution/followed-order.ts'
import { createSimulatedExchange } from '../execution/simulated/index.ts'
import { HistoricalVenue } from '../history/historical-venue.ts'
import { Engine } from '../loop/engine.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { BacktestListener } from '../report/backtest/backtest-step.ts'
import { VirtualClock } from '../services/index.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { BacktestOptions } from './backtest-options.ts'
import { silentLogger } from './silent-logger.ts'

const LABEL = 'backtest'
const PROGRESS_EVERY = 250
/** More than any allocation: without friction money is no limit. */
const BOUNDLESS_CASH = 1e15

/**
 * Plays recorded bars to the loop, the same one that trades live: only the clock is the data's, the venue's past stands for the venue, and a simulated
 * exchange fills at the next open. Deterministic.
 * @throws when the position could not be followed to the end, with the reason.
 */
export async function runBacktest(options: BacktestOptions, listener: BacktestListener): Promise<void> {
  const { venue, timeframe, bars, allocationUsd, frictionless, slippageBps, pm } = options
  const instrument = frictionless ? withoutFriction(options.instrument) : options.instrument
  const first = bars[0]
  if (first === undefined) throw new Error('there are no bars to play')
  const length = TIMEFRAME_MS[timeframe]
  const clock = new VirtualClock(first.ts)
  const past = new HistoricalVenue([instrument])
  const emit = (event: VenueEvent): void => engine.receive(trading, event)
  const exchange = createSimulatedExchange({
    quote: instrument.quote,
    instrument: (id) => (id === instrument.id ? instrument : null),
    slippageBps,
    frictionless,
    startingCash: frictionless ? decimalFromNumber(BOUNDLESS_CASH) : (options.startingCash ?? allocationUsd),
    clock,
    emit,
  })
  const trading: TradingVenue = {
    key: venue.key,
    label: LABEL,
    name: venue.name,
    network: { name: 'past', simulated: true },
    source: 'past',
    capabilities: resolveCapabilities({ trades: false, bars: [timeframe], cancel: true, reduceOnly: true }),
    venue: past,
    execution: exchange,
    account: exchange,
    dryRun: false,
    prices: exchange,
  }
  await using store = createMemoryStore({ keepSteps: false })
  const rules = new Map<string, string>()
  const engine = new Engine({
    mode: 'backtest',
    store,
    clock,
    logger: silentLogger,
    venues: {
      all: [trading],
      forPosition: () => ({ execution: trading, data: trading }),
      dataOf: () => ({ problem: 'a backtest of one series has no majors' }),
    },
    scopeOf: () => 'backtest',
    pm: { ...pm, learning: !frictionless },
    bars: { graceMs: 0, historyBars: 1 },
    majors: null,
    patience: DEFAULT_PATIENCE,
    upkeep: null,
    onStep: (_actor, { bar, step, before }) => {
      listener.onStep({ bar, signals: step.signals, plan: step.plan, position: before })
    },
    onEvent: (event) => {
      if (event.type === 'intent') {
        rules.set(event.intentId, event.rule)
        if (event.state !== 'planned' && event.state !== 'filled' && event.state !== 'partial') {
          listener.onUnfilled({ rule: event.rule, state: event.state, reason: event.reason })
        }
      }
    },
    onFill: (fill, intentId) => {
      listener.onFill({ fill, intentId, rule: (intentId === null ? undefined : rules.get(intentId)) ?? 'external' })
    },
    onTradeClosed: (trade) => listener.onTradeClosed(trade),
  })
  const key = { scope: 'backtest', venue: venue.key, label: LABEL, instrument: instrument.id, timeframe }
  await store.addPosition(key, allocationUsd)
  await engine.start()
  await engine.idle()
  const check = (): void => {
    options.signal?.throwIfAborted()
    const problem = engine.positions[0]?.actor?.problem ?? engine.positions[0]?.problem ?? null
    if (problem !== null) throw new Error(problem)
  }
  let end = first.ts
  for (const [index, bar] of bars.entries()) {
    // A hole in the recording passes bar by bar: nothing of what comes after it is known yet.
    for (; end < bar.ts; end += length) {
      await clock.advanceTo(end + length)
      engine.tick()
      await engine.idle()
    }
    await clock.advanceTo(bar.ts)
    engine.onPrice(trading, instrument.id, bar.openPrice, bar.ts)
    await engine.idle()
    await clock.advanceTo(bar.ts + length)
    engine.setPrice(trading, instrument.id, decimalFromNumber(bar.close))
    emit({ type: 'bars', instrument: instrument.id, feeds: ['trading'], timeframe, bars: [bar] })
    engine.tick()
    await engine.idle()
    check()
    end = bar.ts + length
    if (index % PROGRESS_EVERY === 0) options.onProgress?.({ done: index + 1, total: bars.length })
  }
  options.onProgress?.({ done: bars.length, total: bars.length })
  await engine.stop()
}

function withoutFriction(instrument: Instrument): Instrument {
  return { ...instrument, sizing: FRICTIONLESS_SIZING, fees: { takerBps: 0, makerBps: 0 } }
}
