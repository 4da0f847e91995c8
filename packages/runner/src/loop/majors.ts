import type {
  Clock,
  ClosedBar,
  InstrumentId,
  JsonValue,
  Logger,
  PmConfig,
  PmModels,
  RegimeSeries,
  Timeframe,
  VenueKey,
} from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'
import type { Scope, Store } from '../store/store.ts'
import { RecordedDriver } from './recorded-driver.ts'
import type { DriverMove, MemberBar } from './regime-runtime.ts'
import { RegimeRuntime } from './regime-runtime.ts'
import type { RegimeSeriesSpec } from './regime-sources.ts'
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
  readonly bars: {
    /** After a bar's end, ms: recorded bars count when those of venues do. */
    readonly graceMs: number
    /** Bars read for a series that has none. */
    readonly historyBars: number
  }
  readonly scopeOf: (runtime: VenueRuntime) => Scope
  readonly runtimeOf: (key: VenueKey, label: string | null) => VenueRuntime | { readonly problem: string }
  /** Histories that were read, to be stored. */
  readonly onHistory: (series: SeriesFeed, bars: readonly ClosedBar[]) => void
}

/** A series of the regime while it runs. */
interface FollowedSeries {
  readonly spec: RegimeSeriesSpec
  readonly recorded: readonly { readonly member: string; readonly driver: RecordedDriver }[]
  /** Of the venues that bring its bars. */
  readonly members: Set<string>
  /** Bars that closed before its histories were read; `null` once it runs. */
  waiting: MemberBar[] | null
  /** The first venue that it is read from. */
  runtime: VenueRuntime | null
}

/** Follows the series that explain the market, and keeps the regime that they make. Each begins by itself: one without data holds no other back. */
export class Majors {
  readonly regime: RegimeRuntime
  readonly #deps: MajorsDeps
  readonly #series: ReadonlyMap<RegimeSeries, FollowedSeries>
  /** By member, until all series run: one that is in several series is read once. */
  readonly #histories = new Map<string, Promise<readonly MemberBar[]>>()

  constructor(specs: readonly RegimeSeriesSpec[], deps: MajorsDeps) {
    this.#deps = deps
    const { config, models, logger } = deps
    this.#series = new Map(specs.map((spec) => [spec.series, followed(spec)]))
    this.regime = new RegimeRuntime({
      config,
      models,
      isComposite: (series, timeframe) => this.#isComposite(series, timeframe),
      onMove: (move) => this.#record(move),
      onProblem: (series, timeframe, error) =>
        logger.error('a bar of the regime was left out', { series, timeframe, error: String(error) }),
    })
  }

  get series(): readonly RegimeSeries[] {
    return [...this.#series.keys()]
  }

  /** Reads the histories of a series and starts it. What no venue of the run has is left out. Rejects when something could not be read. */
  async follow(name: RegimeSeries): Promise<void> {
    const series = this.#series.get(name)
    if (series === undefined || series.waiting === null) return
    const histories = await Promise.all(this.#members(series))
    const { recorded, waiting } = series
    series.waiting = null
    this.regime.onBars(name, [...histories.flat(), ...this.#close(recorded), ...waiting])
    if ([...this.#series.values()].every((one) => one.waiting === null)) this.#histories.clear()
  }

  /** Takes what venues closed together with what ended of recorded series. */
  onBars(
    closed: readonly { readonly runtime: VenueRuntime; readonly series: SeriesFeed; readonly closed: ClosedBar }[],
  ) {
    const fresh = closed
      .filter(({ series }) => series.ref.feed === 'majors')
      .map(({ runtime, series, closed: { timeframe, bar } }) => ({
        member: memberOf(runtime, series.ref.instrument),
        timeframe,
        bar,
      }))
    for (const [name, { members, recorded, waiting }] of this.#series) {
      const mine = fresh.filter(({ member }) => members.has(member))
      if (waiting !== null) {
        waiting.push(...mine)
        continue
      }
      const all = [...mine, ...this.#close(recorded)]
      if (all.length > 0) this.regime.onBars(name, all)
    }
  }

  #close(recorded: FollowedSeries['recorded']): readonly MemberBar[] {
    const { clock, bars } = this.#deps
    return recorded.flatMap(({ member, driver }) =>
      driver.closeUntil(clock.now() - bars.graceMs).map((bar) => ({ member, timeframe: driver.timeframe, bar })),
    )
  }

  #members(series: FollowedSeries): readonly Promise<readonly MemberBar[]>[] {
    const { logger, runtimeOf } = this.#deps
    return series.spec.sources.flatMap((source) => {
      if (source.kind === 'recorded') return []
      const { key, label, token } = source
      const runtime = runtimeOf(key, label)
      const problem = 'problem' in runtime ? runtime.problem : `${runtime.venue.name} knows no ${token}`
      if ('problem' in runtime || runtime.instrument(token) === null) {
        logger.warn(`${series.spec.series} of the regime is without ${token}: ${problem}`)
        return []
      }
      series.runtime ??= runtime
      const member = memberOf(runtime, token)
      series.members.add(member)
      return [this.#history(runtime, token, member)]
    })
  }

  #history(runtime: VenueRuntime, instrument: InstrumentId, member: string): Promise<readonly MemberBar[]> {
    const known = this.#histories.get(member)
    if (known !== undefined) return known
    const reading = this.#read(runtime, instrument, member)
    this.#histories.set(member, reading)
    reading.catch(() => this.#histories.delete(member))
    return reading
  }

  async #read(runtime: VenueRuntime, instrument: InstrumentId, member: string): Promise<readonly MemberBar[]> {
    const { store, clock, bars, onHistory } = this.#deps
    const { timeframes } = this.regime
    const series = runtime.follow('majors', instrument, timeframes)
    const past: MemberBar[] = []
    const since = new Map<Timeframe, number>()
    for (const timeframe of timeframes) {
      // From the same first bar as ever: averages that were seeded once are not seeded again.
      const stored = await store.bars({ ...series.ref, timeframe, from: 0, to: clock.now() })
      for (const bar of stored) past.push({ member, timeframe, bar })
      const length = TIMEFRAME_MS[timeframe]
      const last = stored.at(-1)
      since.set(timeframe, last === undefined ? clock.now() - bars.historyBars * length : last.ts + length)
    }
    const read = await series.seed(since)
    onHistory(series, read)
    return [...past, ...read.map(({ timeframe, bar }) => ({ member, timeframe, bar }))]
  }

  #isComposite(name: RegimeSeries, timeframe: Timeframe): boolean {
    const spec = this.#series.get(name)?.spec
    if (spec === undefined || spec.composite) return true
    const sources = spec.sources.filter((source) => source.kind === 'venue' || source.timeframe === timeframe)
    return sources.length > 1
  }

  /** A series of files alone is in no venue's books: it is read again from them. */
  #record(move: DriverMove): void {
    const { driver, timeframe, signals } = move
    const { store, logger, clock, scopeOf } = this.#deps
    const { ts, state } = signals
    const runtime = this.#series.get(driver)?.runtime ?? null
    if (runtime === null || clock.now() - ts > RECENT_BARS * TIMEFRAME_MS[timeframe]) return
    const scope = scopeOf(runtime)
    const venue = runtime.venue.key
    const reading = { scope, venue, driver, timeframe, ts, state, reading: signals as unknown as JsonValue }
    void store.saveRegimeReading(reading).catch((error: unknown) => {
      logger.warn('a regime reading could not be stored', { driver, timeframe, error: String(error) })
    })
  }
}

function followed(spec: RegimeSeriesSpec): FollowedSeries {
  const recorded = spec.sources.flatMap((source, index) =>
    source.kind === 'recorded' ? [{ member: `recorded ${index}`, driver: new RecordedDriver(source) }] : [],
  )
  return { spec, recorded, members: new Set(), waiting: [], runtime: null }
}

function memberOf({ venue }: VenueRuntime, instrument: InstrumentId): string {
  return `${venue.key} ${venue.label} ${instrument}`
}
