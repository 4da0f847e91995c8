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
import { fillHoles, slotOf, TIMEFRAME_MS } from '@portolan/core'
import type { Scope, Store } from '../store/store.ts'
import { RecordedDriver } from './recorded-driver.ts'
import type { DriverMove, MemberBar } from './regime-runtime.ts'
import { RegimeRuntime } from './regime-runtime.ts'
import type { DriverSource, RegimeSeriesSpec } from './regime-sources.ts'
import type { SeriesFeed } from './series-feed.ts'
import { storedBars } from './stored-bars.ts'
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
  /** Stores what closed and was handed over to be stored. */
  readonly flush: () => Promise<void>
  /** Bars of a series came after later ones were taken: it asks for `readAgain`. */
  readonly onLate: (series: RegimeSeries) => void
}

/** Bars that some member of a series brings while it runs. */
interface Member {
  readonly name: string
  readonly feed: SeriesFeed
}

/** A series of the regime while it runs. */
interface FollowedSeries {
  readonly spec: RegimeSeriesSpec
  recorded: readonly RecordedMember[]
  /** Those that venues bring. */
  readonly members: Map<string, Member>
  /** Bars that closed while its histories are read; `null` while they are taken at once. */
  waiting: MemberBar[] | null
  /** Histories have been read. */
  started: boolean
  /** Some of the bars that were read have changed since. */
  changed: boolean
  readingAgain: boolean
  /** The first venue that it is read from. */
  runtime: VenueRuntime | null
}

interface RecordedMember {
  readonly member: string
  readonly driver: RecordedDriver
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
      onLate: deps.onLate,
    })
  }

  get series(): readonly RegimeSeries[] {
    return [...this.#series.keys()]
  }

  /** Reads the histories of a series and starts it. What no venue of the run has is left out. Rejects when something could not be read. */
  async follow(name: RegimeSeries): Promise<void> {
    const series = this.#series.get(name)
    if (series === undefined || series.started) return
    const histories = await Promise.all(this.#members(series))
    const waiting = series.waiting ?? []
    series.waiting = null
    series.started = true
    this.regime.onBars(name, [...histories.flat(), ...this.#close(series.recorded), ...waiting])
    if ([...this.#series.values()].every((one) => one.started)) this.#histories.clear()
    if (series.changed) await this.readAgain(name)
  }

  /** The series of which a feed is a part. */
  seriesOf(feed: SeriesFeed): readonly RegimeSeries[] {
    return [...this.#series].flatMap(([name, { members }]) =>
      [...members.values()].some((member) => member.feed === feed) ? [name] : [],
    )
  }

  /**
   * Computes a series anew from all of its bars as they are stored: some of them were mended, or came after later ones. Until that is done it stays as it is, and
   * what closes meanwhile waits. Rejects when they cannot be read; then it asks to be called again.
   */
  async readAgain(name: RegimeSeries): Promise<void> {
    const series = this.#series.get(name)
    if (series === undefined) return
    series.changed = true
    if (!series.started || series.readingAgain) return
    series.readingAgain = true
    try {
      while (series.changed) {
        series.changed = false
        series.waiting ??= []
        await this.#readAgain(name, series)
      }
    } catch (error) {
      series.changed = true
      throw error
    } finally {
      series.readingAgain = false
    }
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

  #close(recorded: readonly RecordedMember[]): readonly MemberBar[] {
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
      const name = memberOf(runtime, token)
      const feed = runtime.follow('majors', token, this.regime.timeframes)
      series.members.set(name, { name, feed })
      return [this.#history(feed, token, name)]
    })
  }

  #history(feed: SeriesFeed, instrument: InstrumentId, member: string): Promise<readonly MemberBar[]> {
    const known = this.#histories.get(member)
    if (known !== undefined) return known
    const reading = this.#read(feed, member)
    this.#histories.set(member, reading)
    reading.catch((error: unknown) => {
      this.#deps.logger.debug('a history of the regime could not be read', { instrument, error: String(error) })
      this.#histories.delete(member)
    })
    return reading
  }

  async #read(feed: SeriesFeed, member: string): Promise<readonly MemberBar[]> {
    const { store, clock, bars, onHistory, flush } = this.#deps
    const { timeframes } = this.regime
    const past = new Map<Timeframe, readonly MemberBar['bar'][]>()
    const since = new Map<Timeframe, number>()
    for (const timeframe of timeframes) {
      // From the same first bar as ever: averages that were seeded once are not seeded again.
      const stored = await storedBars(feed, store, timeframe, clock.now(), 'last')
      past.set(timeframe, stored)
      const length = TIMEFRAME_MS[timeframe]
      const last = stored.at(-1)
      since.set(timeframe, last === undefined ? clock.now() - bars.historyBars * length : last.ts + length)
    }
    const read = await feed.seed(since)
    onHistory(feed, read)
    await flush()
    return timeframes.flatMap((timeframe) => {
      const stored = past.get(timeframe) ?? []
      const last = stored.at(-1)?.ts ?? Number.NEGATIVE_INFINITY
      // Of the base more is read than is missing: what is stored counts.
      const fresh = read.filter((closed) => closed.timeframe === timeframe && closed.bar.ts > last)
      const known = [...stored, ...fresh.map(({ bar }) => bar)]
      const whole = feed.isContinuous ? fillHoles(known, timeframe, null) : known
      return whole.map((bar) => ({ member, timeframe, bar }))
    })
  }

  async #readAgain(name: RegimeSeries, series: FollowedSeries): Promise<void> {
    const { store, flush } = this.#deps
    await flush()
    const all: MemberBar[] = []
    for (const { name: member, feed } of series.members.values()) {
      for (const timeframe of this.regime.timeframes) {
        const until = slotOf(feed.closedUntil ?? 0, timeframe)
        for (const bar of await storedBars(feed, store, timeframe, until, 'end')) all.push({ member, timeframe, bar })
      }
    }
    series.recorded = recordedMembers(series.spec.sources)
    const waiting = series.waiting ?? []
    series.waiting = null
    // What is stored counts: of what closed meanwhile some may have been mended since.
    this.regime.restart(name, [...waiting, ...all, ...this.#close(series.recorded)])
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
  return {
    spec,
    recorded: recordedMembers(spec.sources),
    members: new Map(),
    waiting: [],
    started: false,
    changed: false,
    readingAgain: false,
    runtime: null,
  }
}

function recordedMembers(sources: readonly DriverSource[]): readonly RecordedMember[] {
  return sources.flatMap((source, index) =>
    source.kind === 'recorded' ? [{ member: `recorded ${index}`, driver: new RecordedDriver(source) }] : [],
  )
}

function memberOf({ venue }: VenueRuntime, instrument: InstrumentId): string {
  return `${venue.key} ${venue.label} ${instrument}`
}
