import type {
  Bar,
  CompositeState,
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
  askRegime,
  createComposite,
  createRegimeState,
  driverReadings,
  REGIME_TIMEFRAMES,
} from '@portolan/core'

/** A closed bar of a member of a series. */
export interface MemberBar {
  readonly member: string
  readonly timeframe: Timeframe
  readonly bar: Bar
}

/** A driver that moved. */
export interface DriverMove {
  readonly driver: RegimeSeries
  readonly timeframe: Timeframe
  readonly signals: Signals
}

export interface RegimeRuntimeOptions {
  readonly config: PmConfig
  readonly models: PmModels
  /** Whether a series is the composite of its members on a timeframe, or its only member itself. */
  readonly isComposite: (series: RegimeSeries, timeframe: Timeframe) => boolean
  readonly onMove: (move: DriverMove) => void
  /** A bar that cannot be taken: it is left out. */
  readonly onProblem: (series: RegimeSeries, timeframe: Timeframe, error: unknown) => void
}

/** The regime of the market, from the bars of what its series are made of. */
export class RegimeRuntime {
  readonly #state = createRegimeState()
  readonly #composites = new Map<string, CompositeState>()
  readonly #options: RegimeRuntimeOptions

  constructor(options: RegimeRuntimeOptions) {
    this.#options = options
  }

  /** The timeframes on which drivers are read. */
  get timeframes(): readonly Timeframe[] {
    return REGIME_TIMEFRAMES.map((timeframe) => this.#options.config.regime.timeframe[timeframe])
  }

  /** Takes bars that closed together. A member that comes later than the others sits that step of the composite out. */
  onBars(series: RegimeSeries, bars: readonly MemberBar[]): void {
    for (const timeframe of REGIME_TIMEFRAMES) {
      const length = this.#options.config.regime.timeframe[timeframe]
      const steps = new Map<number, Map<string, Bar>>()
      for (const { member, timeframe: of, bar } of bars) {
        if (of !== length) continue
        const step = steps.get(bar.ts) ?? new Map<string, Bar>()
        step.set(member, bar)
        steps.set(bar.ts, step)
      }
      for (const ts of [...steps.keys()].sort((a, b) => a - b)) {
        try {
          this.#step(series, timeframe, ts, steps.get(ts) ?? new Map())
        } catch (error) {
          this.#options.onProblem(series, length, error)
        }
      }
    }
  }

  read(position: {
    readonly timeframe: Timeframe
    readonly bucket: MarketCapBucket | null
    readonly at: number
    readonly intent: IntentDelta | null
  }): RegimeReading {
    const { timeframe, bucket, at, intent } = position
    const { config, models } = this.#options
    const readings = driverReadings(this.#state, bucket)
    return askRegime(models.regime, { readings, timeframe, at, intent, config: config.regime })
  }

  #step(series: RegimeSeries, timeframe: RegimeTimeframe, ts: number, bars: ReadonlyMap<string, Bar>): void {
    const { config, isComposite } = this.#options
    if (!isComposite(series, config.regime.timeframe[timeframe])) {
      for (const bar of bars.values()) this.#advance(series, timeframe, bar)
      return
    }
    const name = `${series}@${timeframe}`
    const composite = this.#composites.get(name) ?? createComposite(config.regime)
    this.#composites.set(name, composite)
    if (composite.lastTs !== null && ts <= composite.lastTs) return
    const bar = advanceComposite(composite, ts, bars)
    if (bar !== null) this.#advance(series, timeframe, bar)
  }

  #advance(driver: RegimeSeries, timeframe: RegimeTimeframe, bar: Bar): void {
    const { config, models, onMove } = this.#options
    const signals = advanceRegime(this.#state, driver, timeframe, bar, config, models.signals)
    if (signals !== null) onMove({ driver, timeframe: config.regime.timeframe[timeframe], signals })
  }
}
