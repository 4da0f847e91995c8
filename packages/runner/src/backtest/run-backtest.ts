import type { Instrument } from '@portolan/core'
import { decimalFromNumber, FRICTIONLESS_SIZING, TIMEFRAME_MS } from '@portolan/core'
import { PastLoop } from '../history/past-loop.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { VenueDirectory } from '../loop/venue-directory.ts'
import type { BacktestListener } from '../report/backtest/backtest-step.ts'
import type { BacktestOptions } from './backtest-options.ts'

const LABEL = 'backtest'
const SCOPE = 'backtest'
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
  const startingCash = frictionless ? decimalFromNumber(BOUNDLESS_CASH) : (options.startingCash ?? allocationUsd)
  const key = { scope: SCOPE, venue: venue.key, label: LABEL, instrument: instrument.id, timeframe }
  await using loop = new PastLoop({
    mode: 'backtest',
    startAt: first.ts,
    historyBars: 1,
    scopeOf: () => SCOPE,
    pm: { ...pm, learning: !frictionless },
    majors: null,
    ...(options.regime === undefined ? {} : { regime: options.regime }),
    positions: [{ key, allocationUsd, listener }],
    venues: (make) =>
      onlyVenue(
        make({
          ...venue,
          label: LABEL,
          network: { name: 'past', simulated: true },
          source: 'past',
          delivers: { trades: false, bars: [timeframe] },
          instruments: [instrument],
          account: { startingCash, slippageBps, frictionless },
        }),
      ),
  })
  const { clock, engine } = loop
  await loop.start()
  await engine.idle()
  const [runtime] = engine.runtimes
  if (runtime === undefined) throw new Error('the loop has no venue')
  const trading = runtime.venue
  let end = first.ts
  for (const [index, bar] of bars.entries()) {
    // A hole in the recording passes bar by bar: nothing of what comes after it is known yet.
    for (; end < bar.ts; end += length) {
      await clock.advanceTo(end + length)
      await loop.closeBars()
    }
    await clock.advanceTo(bar.ts)
    engine.onPrice(trading, instrument.id, bar.openPrice, bar.ts)
    await engine.idle()
    await clock.advanceTo(bar.ts + length)
    engine.setPrice(trading, instrument.id, decimalFromNumber(bar.close))
    loop.deliver(trading, { type: 'bars', instrument: instrument.id, feeds: ['trading'], timeframe, bars: [bar] })
    await loop.closeBars()
    options.signal?.throwIfAborted()
    end = bar.ts + length
    if (index % PROGRESS_EVERY === 0) options.onProgress?.({ done: index + 1, total: bars.length })
  }
  options.onProgress?.({ done: bars.length, total: bars.length })
}

function onlyVenue(venue: TradingVenue): VenueDirectory {
  return {
    all: [venue],
    forPosition: () => ({ execution: venue, data: venue }),
    dataOf: () => ({ problem: 'a backtest of one series connects to no venue' }),
  }
}

function withoutFriction(instrument: Instrument): Instrument {
  return { ...instrument, sizing: FRICTIONLESS_SIZING, fees: { takerBps: 0, makerBps: 0 } }
}
