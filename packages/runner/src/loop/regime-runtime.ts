import type {
  Bar,
  CompositeState,
  InstrumentId,
  IntentDelta,
  MarketCapBucket,
  PmConfig,
  PmModels,
  RegimeReading,
  RegimeSeries,
  RegimeTimeframe,
  Signals,
  Timeframe,
} from '@portolan/core'
import {
  advanceComposite,
  advanceRegime,
  createComposite,
  createRegimeState,
  driverReadings,
  REGIME_TIMEFRAMES,
} from '@portolan/core'

/** A closed bar of one of the majors. */
export interface MajorBar {
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  readonly bar: Bar
}

/** A driver that moved. */
export interface DriverMove {
  readonly driver: RegimeSeries
  readonly timeframe: Timeframe
  readonly signals: Signals
}

/** The regime of the market, from the bars of the majors: `btc` is the first of them, `alt` the composite of the others. */
export class RegimeRuntime {
  readonly #state = createRegimeState()
  readonly #composites = new Map<RegimeTimeframe, CompositeState>()
  readonly #config: PmConfig
  readonly #models: PmModels
  readonly #lead: InstrumentId | null
  readonly #onMove: (move: DriverMove) => void

  /** @param lead the instrument that drives `btc`; `null` when there are no majors. */
  constructor(options: {
    readonly config: PmConfig
    readonly models: PmModels
    readonly lead: InstrumentId | null
    readonly onMove: (move: DriverMove) => void
  }) {
    this.#config = options.config
    this.#models = options.models
    this.#lead = options.lead
    this.#onMove = options.onMove
  }

  /** The timeframes on which drivers are read. */
  get timeframes(): readonly Timeframe[] {
    return REGIME_TIMEFRAMES.map((timeframe) => this.#config.regime.timeframe[timeframe])
  }

  /** Takes bars that closed together. A major that comes later than the others sits that step of the composite out. */
  onBars(bars: readonly MajorBar[]): void {
    for (const timeframe of REGIME_TIMEFRAMES) {
      const length = this.#config.regime.timeframe[timeframe]
      const steps = new Map<number, Map<InstrumentId, Bar>>()
      for (const { instrument, timeframe: of, bar } of bars) {
        if (of !== length) continue
        const step = steps.get(bar.ts) ?? new Map<InstrumentId, Bar>()
        step.set(instrument, bar)
        steps.set(bar.ts, step)
      }
      for (const ts of [...steps.keys()].sort((a, b) => a - b)) this.#step(timeframe, ts, steps.get(ts) ?? new Map())
    }
  }

  read(position: {
    readonly timeframe: Timeframe
    readonly bucket: MarketCapBucket | null
    readonly at: number
    readonly intent: IntentDelta | null
  }): RegimeReading {
    const { timeframe, bucket, at, intent } = position
    const readings = driverReadings(this.#state, bucket)
    return this.#models.regime.evaluate({ readings, timeframe, at, intent, config: this.#config.regime })
  }

  #step(timeframe: RegimeTimeframe, ts: number, bars: ReadonlyMap<InstrumentId, Bar>): void {
    const lead = this.#lead === null ? undefined : bars.get(this.#lead)
    if (lead !== undefined) this.#advance('btc', timeframe, lead)
    const others = new Map([...bars].filter(([instrument]) => instrument !== this.#lead))
    if (others.size === 0) return
    const composite = this.#composites.get(timeframe) ?? createComposite(this.#config.regime)
    this.#composites.set(timeframe, composite)
    if (composite.lastTs !== null && ts <= composite.lastTs) return
    const alt = advanceComposite(composite, ts, others)
    if (alt !== null) this.#advance('alt', timeframe, alt)
  }

  #advance(driver: RegimeSeries, timeframe: RegimeTimeframe, bar: Bar): void {
    const signals = advanceRegime(this.#state, driver, timeframe, bar, this.#config, this.#models.signals)
    if (signals !== null) this.#onMove({ driver, timeframe: this.#config.regime.timeframe[timeframe], signals })
  }
}
