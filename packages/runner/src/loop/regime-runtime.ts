import type {
  Bar,
  CompositeState,
  DriverReadings,
  JsonValue,
  MarketCapBucket,
  PmConfig,
  PmModels,
  RegimeSeries,
  RegimeTimeframe,
  RegimeTrack,
  Signals,
  Timeframe,
} from '@portolan/core'
import {
  advanceComposite,
  advanceRegime,
  createComposite,
  createRegimeState,
  driverReadings,
  marketCapBucket,
  REGIME_TIMEFRAMES,
  saveRegime,
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

/** The market as a token of some market cap sees it, at one moment. */
export interface MarketReading {
  readonly readings: DriverReadings
  /** `null`: the bucket driver is missing. */
  readonly bucket: MarketCapBucket | null
  /** USD; `null` when nobody tells. */
  readonly marketCapUsd: number | null
}

export interface RegimeRuntimeOptions {
  readonly config: PmConfig
  readonly models: PmModels
  /** Whether a series is the composite of its members on a timeframe, or its only member itself. */
  readonly isComposite: (series: RegimeSeries, timeframe: Timeframe) => boolean
  readonly onMove: (move: DriverMove) => void
  /** A bar that cannot be taken: it is left out. */
  readonly onProblem: (series: RegimeSeries, timeframe: Timeframe, error: unknown) => void
  /** A bar of a composite came after later ones were taken: the series has to be computed anew with it. */
  readonly onLate: (series: RegimeSeries) => void
}

/** The last step of a composite, and what was before it: a member that comes a moment later than the others is taken into it. */
interface LastStep {
  readonly ts: number
  readonly bars: ReadonlyMap<string, Bar>
  readonly before: { readonly composite: CompositeState; readonly track: SavedTrack | null }
}

interface SavedTrack {
  readonly series: JsonValue
  readonly signals: Signals | null
}

/**
 * The regime of the market, from the bars of what its series are made of. A state is a function of the bars alone: whether they came together, one after the other or
 * late, and with however many restarts between them, does not matter.
 */
export class RegimeRuntime {
  readonly #state = createRegimeState()
  readonly #composites = new Map<string, CompositeState>()
  readonly #lastSteps = new Map<string, LastStep>()
  readonly #options: RegimeRuntimeOptions

  constructor(options: RegimeRuntimeOptions) {
    this.#options = options
  }

  /** The timeframes on which drivers are read. */
  get timeframes(): readonly Timeframe[] {
    return REGIME_TIMEFRAMES.map((timeframe) => this.#options.config.regime.timeframe[timeframe])
  }

  /** Takes bars that closed together. */
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
      const times = [...steps.keys()].sort((a, b) => a - b)
      for (const ts of times) {
        const last = ts === times.at(-1)
        try {
          this.#step(series, timeframe, { ts, bars: steps.get(ts) ?? new Map(), last })
        } catch (error) {
          this.#options.onProblem(series, length, error)
        }
      }
    }
  }

  /** Computes a series anew from all of its bars, oldest first: some have changed. */
  restart(series: RegimeSeries, bars: readonly MemberBar[]): void {
    for (const timeframe of REGIME_TIMEFRAMES) {
      const name = `${series}@${timeframe}` as const
      delete this.#state.tracks[name]
      this.#composites.delete(name)
      this.#lastSteps.delete(name)
    }
    this.onBars(series, bars)
  }

  /** As it is now; what is read later does not change it. */
  at(marketCapUsd: number | null): MarketReading {
    const bucket = marketCapBucket(marketCapUsd, this.#options.config.regime)
    return { readings: driverReadings(this.#state, bucket), bucket, marketCapUsd }
  }

  /** All that is remembered of the drivers and composites, as plain JSON. */
  save(): JsonValue {
    const composites = Object.fromEntries([...this.#composites].sort(([a], [b]) => (a < b ? -1 : 1)))
    const saved = { regime: saveRegime(this.#state, this.#options.models.signals), composites }
    return structuredClone(saved) as unknown as JsonValue
  }

  #step(
    series: RegimeSeries,
    timeframe: RegimeTimeframe,
    step: { readonly ts: number; readonly bars: ReadonlyMap<string, Bar>; readonly last: boolean },
  ): void {
    const { config, isComposite } = this.#options
    if (isComposite(series, config.regime.timeframe[timeframe])) this.#stepComposite(series, timeframe, step)
    else for (const bar of step.bars.values()) this.#advance(series, timeframe, bar)
  }

  #stepComposite(
    series: RegimeSeries,
    timeframe: RegimeTimeframe,
    { ts, bars, last }: { readonly ts: number; readonly bars: ReadonlyMap<string, Bar>; readonly last: boolean },
  ): void {
    const { config, onLate } = this.#options
    const name = `${series}@${timeframe}` as const
    const composite = this.#composites.get(name) ?? createComposite(config.regime)
    this.#composites.set(name, composite)
    if (composite.lastTs !== null && ts < composite.lastTs) {
      onLate(series)
      return
    }
    const known = this.#lastSteps.get(name)
    let all = bars
    if (known !== undefined && ts === composite.lastTs) {
      if ([...bars.keys()].every((member) => known.bars.has(member))) return
      all = new Map([...bars, ...known.bars])
      Object.assign(composite, structuredClone(known.before.composite))
      this.#goBack(name, known.before.track)
    }
    if (last) {
      const before = { composite: structuredClone(composite), track: this.#savedTrack(name) }
      this.#lastSteps.set(name, { ts, bars: all, before })
    }
    const bar = advanceComposite(composite, ts, all)
    if (bar !== null) this.#advance(series, timeframe, bar)
  }

  #savedTrack(name: `${RegimeSeries}@${RegimeTimeframe}`): SavedTrack | null {
    const track = this.#state.tracks[name]
    if (track === undefined) return null
    return { series: this.#options.models.signals.save(track.series), signals: track.signals }
  }

  #goBack(name: `${RegimeSeries}@${RegimeTimeframe}`, saved: SavedTrack | null): void {
    if (saved === null) {
      delete this.#state.tracks[name]
      return
    }
    const track: RegimeTrack = {
      series: this.#options.models.signals.restore(saved.series),
      signals: saved.signals,
    }
    this.#state.tracks[name] = track
  }

  #advance(driver: RegimeSeries, timeframe: RegimeTimeframe, bar: Bar): void {
    const { config, models, onMove } = this.#options
    const signals = advanceRegime(this.#state, driver, timeframe, bar, config, models.signals)
    if (signals !== null) onMove({ driver, timeframe: config.regime.timeframe[timeframe], signals })
  }
}
