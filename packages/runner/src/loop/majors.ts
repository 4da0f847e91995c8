import type { Clock, ClosedBar, InstrumentId, JsonValue, Logger, PmConfig, PmModels, Timeframe } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import type { Scope, Store } from '../store/store.ts'
import type { EngineOptions } from './engine-options.ts'
import type { DriverMove, MajorBar } from './regime-runtime.ts'
import { RegimeRuntime } from './regime-runtime.ts'
import type { SeriesFeed } from './series-feed.ts'
import type { VenueRuntime } from './venue-runtime.ts'

/** A reading older than so many of its bars comes from history: only what moved while running is worth a row. */
const RECENT_BARS = 3

export interface MajorsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly config: PmConfig
  readonly models: PmModels
  /** Bars read for a series that has none. */
  readonly historyBars: number
  readonly scopeOf: (runtime: VenueRuntime) => Scope
  /** Histories that were read, to be stored. */
  readonly onHistory: (series: SeriesFeed, bars: readonly ClosedBar[]) => void
}

/** Follows the series that explain the market, and keeps the regime that they make. */
export class Majors {
  readonly regime: RegimeRuntime
  readonly #deps: MajorsDeps
  /** Bars that closed before all histories were read; `null` once the regime runs. */
  #waiting: MajorBar[] | null = []
  #runtime: VenueRuntime | null = null

  constructor(lead: InstrumentId | null, deps: MajorsDeps) {
    this.#deps = deps
    const { config, models } = deps
    this.regime = new RegimeRuntime({ config, models, lead, onMove: (move) => this.#record(move) })
  }

  /** Reads the histories and starts the regime. A symbol that the venue does not know is left out. Rejects when something could not be read. */
  async follow(runtime: VenueRuntime, symbols: NonNullable<EngineOptions['majors']>['symbols']): Promise<void> {
    this.#runtime = runtime
    const known = symbols.filter((symbol) => {
      if (runtime.instrument(symbol) !== null) return true
      this.#deps.logger.warn(`${runtime.venue.name} knows no ${symbol}; it is left out of the majors`)
      return false
    })
    const histories = await Promise.all(known.map((symbol) => this.#history(runtime, symbol)))
    const waiting = this.#waiting ?? []
    this.regime.onBars([...histories.flat(), ...waiting])
    this.#waiting = null
  }

  onBars(bars: readonly MajorBar[]): void {
    if (bars.length === 0) return
    if (this.#waiting === null) this.regime.onBars(bars)
    else this.#waiting.push(...bars)
  }

  async #history(runtime: VenueRuntime, instrument: InstrumentId): Promise<readonly MajorBar[]> {
    const { store, clock, historyBars, onHistory } = this.#deps
    const { timeframes } = this.regime
    const series = runtime.follow('majors', instrument, timeframes)
    const past: MajorBar[] = []
    const since = new Map<Timeframe, number>()
    for (const timeframe of timeframes) {
      // From the same first bar as ever: averages that were seeded once are not seeded again.
      const stored = await store.bars({ ...series.ref, timeframe, from: 0, to: clock.now() })
      for (const bar of stored) past.push({ instrument, timeframe, bar })
      const length = TIMEFRAME_MS[timeframe]
      const last = stored.at(-1)
      since.set(timeframe, last === undefined ? clock.now() - historyBars * length : last.ts + length)
    }
    const read = await series.seed(since)
    onHistory(series, read)
    return [...past, ...read.map(({ timeframe, bar }) => ({ instrument, timeframe, bar }))]
  }

  #record(move: DriverMove): void {
    const { driver, timeframe, signals } = move
    const { store, logger, clock, scopeOf } = this.#deps
    const { ts, state } = signals
    if (this.#runtime === null || clock.now() - ts > RECENT_BARS * TIMEFRAME_MS[timeframe]) return
    const scope = scopeOf(this.#runtime)
    const venue = this.#runtime.venue.key
    const reading = { scope, venue, driver, timeframe, ts, state, reading: signals as unknown as JsonValue }
    void store.saveRegimeReading(reading).catch((error: unknown) => {
      logger.warn('a regime reading could not be stored', { driver, timeframe, error: String(error) })
    })
  }
}
