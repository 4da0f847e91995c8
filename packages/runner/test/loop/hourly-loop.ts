import type { Bar, InstrumentId, PmConfigOverrides, VenueKey } from '@portolan/core'
import { definePmConfig, instrumentId, parseDecimal, parseVenueKey, universalModels } from '@portolan/core'
import { coarserBars } from '../../src/history/coarser-bars.ts'
import type { PastHistory } from '../../src/history/historical-venue.ts'
import { pastVenue } from '../../src/history/past-venue.ts'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { Engine } from '../../src/loop/engine.ts'
import type { EngineOptions } from '../../src/loop/engine-options.ts'
import type { StepView } from '../../src/loop/position-surroundings.ts'
import type { TradingVenue } from '../../src/loop/trading-venue.ts'
import { DEFAULT_PATIENCE } from '../../src/reconciler/index.ts'
import { VirtualClock } from '../../src/services/index.ts'
import type { PositionRow, Store } from '../../src/store/store.ts'
import { HOUR, instrument } from '../store/behaviour/samples.ts'

export const PERPS = parseVenueKey('acme/perps')
export const SPOT = parseVenueKey('acme/spot')
/** The start of a day. */
export const START = Date.UTC(2026, 0, 1)
export const SCOPE = 'paper@past'

/** A market in waves, each hour: the same for the same seed. */
export function hours(count: number, seed = 1, from = START): Bar[] {
  let state = seed * 2_654_435_761
  let close = 100
  return Array.from({ length: count }, (_, index) => {
    state = (Math.imul(state | 0, 1_664_525) + 1_013_904_223) >>> 0
    const open = close
    close = open * (1 + 0.004 * Math.sin((index + seed * 40) / 60) + (state / 2 ** 32 - 0.5) * 0.03)
    const [high, low] = [Math.max(open, close) * 1.003, Math.min(open, close) * 0.997]
    return { ts: from + index * HOUR, open, high, low, close, volume: 10 }
  })
}

export interface HourlyLoopOptions extends Partial<Pick<EngineOptions, 'majors' | 'regime'>> {
  readonly store: Store
  /** Bars by venue and token. */
  readonly markets: ReadonlyMap<VenueKey, Readonly<Record<string, readonly Bar[]>>>
  readonly marketCapUsd?: number | null
  /** The venues remember their bars, of all timeframes, and the run looks after itself as a live one does. */
  readonly lasting?: boolean
  readonly pm?: PmConfigOverrides
  readonly fixedA?: number | null
}

/** The loop over venues that deliver hourly bars, in a time that the test moves. */
export class HourlyLoop implements AsyncDisposable {
  readonly engine: Engine
  readonly steps: { readonly row: PositionRow; readonly view: StepView }[] = []
  readonly #clock: VirtualClock
  readonly #options: HourlyLoopOptions
  readonly #venues = new Map<VenueKey, TradingVenue>()

  constructor(options: HourlyLoopOptions, startAt = START) {
    const { store, markets, majors = null, regime, pm = {}, fixedA = null, marketCapUsd = null } = options
    const { lasting = false } = options
    const clock = new VirtualClock(startAt)
    this.#clock = clock
    this.#options = options
    for (const [key, market] of markets) {
      const venue: TradingVenue = pastVenue(
        {
          key,
          label: 'default',
          name: key,
          network: { name: 'past', simulated: true },
          source: 'past:default',
          delivers: { trades: false, bars: ['1h'], ...(lasting ? { history: LONGER } : {}) },
          ...(lasting ? { history: remembered(market, () => clock.now()) } : {}),
          instruments: Object.keys(market).map((token) => instrument(token, { marketCapUsd })),
          account: { startingCash: parseDecimal('100000'), slippageBps: 5, frictionless: false },
        },
        clock,
        (event) => this.engine.receive(venue, event),
      )
      this.#venues.set(key, venue)
    }
    const of = (key: VenueKey) => this.#venues.get(key)
    this.engine = new Engine({
      mode: 'paper',
      store,
      clock,
      logger: silentLogger,
      venues: {
        all: [...this.#venues.values()],
        forPosition: (key) => {
          const venue = of(key)
          return venue === undefined ? { problem: 'no such venue' } : { execution: venue, data: venue }
        },
        dataOf: (key) => of(key) ?? { problem: `no venue of the config is ${key}` },
      },
      scopeOf: () => SCOPE,
      pm: {
        config: definePmConfig({ regime: { timeframe: { macro: '1d', meso: '4h', micro: '1h' } }, ...pm }),
        models: universalModels,
        fixedA,
        fixedE: null,
        learning: true,
      },
      bars: { graceMs: 0, historyBars: lasting ? 1_000 : 1 },
      majors,
      ...(regime === undefined ? {} : { regime }),
      patience: DEFAULT_PATIENCE,
      upkeep: lasting ? { flushMs: 90 * 60_000, reconcileMs: 60 * 60_000 } : null,
      onEvent: () => undefined,
      onStep: ({ row }, view) => this.steps.push({ row, view }),
    })
  }

  async start(): Promise<void> {
    await this.engine.start()
    // Histories are read one after the other, each in a few turns.
    for (let turn = 0; this.#options.lasting === true && turn < 200; turn += 1) await this.#clock.advanceBy(0)
    await this.#clock.advanceBy(0)
    await this.engine.idle()
  }

  /** Lives through the hours up to a time. */
  async playUntil(end: number): Promise<void> {
    for (let ts = this.#clock.now(); ts < end; ts += HOUR) {
      await this.#clock.advanceTo(ts + HOUR)
      for (const [key, market] of this.#options.markets) {
        const venue = this.#venues.get(key)
        if (venue === undefined) continue
        for (const [token, bars] of Object.entries(market)) {
          const bar = bars.find((one) => one.ts === ts)
          if (bar === undefined) continue
          const of: InstrumentId = instrumentId(token)
          const price = parseDecimal(bar.close.toFixed(4))
          this.engine.onPrice(venue, of, price, ts + HOUR)
          this.engine.receive(venue, {
            type: 'bars',
            instrument: of,
            feeds: ['trading', 'majors'],
            timeframe: '1h',
            bars: [bar],
          })
        }
      }
      this.engine.tick()
      await this.engine.idle()
    }
  }

  /** The scores' explanation of each step, oldest first. */
  scores(): readonly Explanation[] {
    return this.steps.map(({ view }) => view.scores.explanation as unknown as Explanation)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop()
  }
}

export interface Explanation {
  readonly A: number
  readonly E: number
  readonly intentA: number
  readonly intentE: number
  readonly bucket: string | null
  readonly contributions: readonly { readonly driver: string; readonly timeframe: string; readonly barTs: number }[]
  readonly missing: readonly { readonly driver: string; readonly timeframe: string; readonly reason: string }[]
}

const LONGER = ['1h', '4h', '1d'] as const

/** What a venue remembers: its hours, and the longer bars that they make. */
function remembered(market: Readonly<Record<string, readonly Bar[]>>, now: () => number): PastHistory {
  return async ({ instrument: token, timeframe, from, to }) => {
    const ended = (market[token] ?? []).filter((bar) => bar.ts + HOUR <= now())
    const bars = timeframe === '1h' ? ended : coarserBars(ended, '1h', timeframe)
    return bars.filter((bar) => bar.ts >= from && bar.ts < to)
  }
}

/** Adds a position of 1,000 USD on hourly bars. */
export function addHourly(store: Store, venue: VenueKey, token: string, scope = SCOPE): Promise<PositionRow> {
  const key = { scope, venue, label: 'default', instrument: instrumentId(token), timeframe: '1h' as const }
  return store.addPosition(key, parseDecimal('1000'))
}
