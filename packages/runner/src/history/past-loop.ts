import type { DecimalString, VenueEvent } from '@portolan/core'
import { Engine } from '../loop/engine.ts'
import type { EngineOptions } from '../loop/engine-options.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import { DEFAULT_PATIENCE } from '../reconciler/index.ts'
import type { BacktestListener } from '../report/backtest/backtest-step.ts'
import { VirtualClock } from '../services/index.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { PositionKey, Store } from '../store/store.ts'
import type { PastVenueSpec } from './past-venue.ts'
import { pastVenue } from './past-venue.ts'
import { PositionReports } from './position-reports.ts'
import { silentLogger } from './silent-logger.ts'

export interface PastLoopOptions extends Pick<EngineOptions, 'scopeOf' | 'pm' | 'majors' | 'regime' | 'intentDeltas'> {
  readonly mode: 'backtest' | 'replay'
  /** ms. */
  readonly startAt: number
  /** Bars of history read for each series. */
  readonly historyBars: number
  /** Makes the entries, and says who is meant by which key and label. */
  readonly venues: (make: (spec: PastVenueSpec) => TradingVenue) => EngineOptions['venues']
  readonly positions: readonly PastPosition[]
}

/** A position that is played, from nothing. */
export interface PastPosition {
  readonly key: PositionKey
  readonly allocationUsd: DecimalString
  readonly listener: BacktestListener
}

/**
 * The loop in recorded time, the same one that trades live: only the clock is the data's, fills are simulated, and its books are in memory and its own.
 * Whoever plays moves the clock and delivers; a bar is closed at its end, without grace.
 */
export class PastLoop implements AsyncDisposable {
  readonly clock: VirtualClock
  readonly engine: Engine
  readonly #store: Store
  readonly #positions: readonly PastPosition[]
  readonly #reports = new PositionReports()

  constructor(options: PastLoopOptions) {
    const { mode, startAt, historyBars, positions, scopeOf, pm, majors, regime, intentDeltas = [] } = options
    const clock = new VirtualClock(startAt)
    this.clock = clock
    this.#positions = positions
    this.#store = createMemoryStore({ now: () => clock.now(), keepSteps: false })
    const make = (spec: PastVenueSpec): TradingVenue => {
      const venue: TradingVenue = pastVenue(spec, clock, (event) => this.deliver(venue, event))
      return venue
    }
    const { onStep, onEvent, onFill, onTradeClosed } = this.#reports
    this.engine = new Engine({
      mode,
      store: this.#store,
      clock,
      logger: silentLogger,
      venues: options.venues(make),
      scopeOf,
      pm,
      bars: { graceMs: 0, historyBars },
      majors,
      ...(regime === undefined ? {} : { regime }),
      intentDeltas,
      patience: DEFAULT_PATIENCE,
      upkeep: null,
      onStep,
      onEvent,
      onFill,
      onTradeClosed,
    })
  }

  /** Begins to follow the positions. Their histories come in beside it. */
  async start(): Promise<void> {
    for (const { key, allocationUsd, listener } of this.#positions) {
      const { id } = await this.#store.addPosition(key, allocationUsd)
      this.#reports.add(id, listener)
    }
    await this.engine.start()
  }

  deliver(venue: TradingVenue, event: VenueEvent): void {
    this.engine.receive(venue, event)
  }

  /** Closes the bars that have ended, and lets everything that follows from them happen. @throws as `check`. */
  async closeBars(): Promise<void> {
    this.engine.tick()
    await this.engine.idle()
    this.check()
  }

  /** @throws when a position cannot be followed any more, with the reason. */
  check(): void {
    for (const { row, actor, problem } of this.engine.positions) {
      const found = problem ?? actor?.problem ?? null
      if (found !== null) throw new Error(`${row.venue} ${row.instrument} ${row.timeframe}: ${found}`)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop()
    await this.#store[Symbol.asyncDispose]()
  }
}
