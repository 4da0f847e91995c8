import { randomUUID } from 'node:crypto'
import type {
  ClosedBar,
  DecimalString,
  InstrumentId,
  Interval,
  RegimeSeries,
  VenueEvent,
  VenueKey,
} from '@portolan/core'
import { compareClosedBars } from '@portolan/core'
import type { PositionRow, Scope } from '../store/store.ts'
import { Activity } from './activity.ts'
import type { EngineOptions } from './engine-options.ts'
import { FrameTime } from './frame-time.ts'
import { IntentDeltas } from './intent-deltas.ts'
import { LateGaps } from './late-gap.ts'
import { Learning } from './learning.ts'
import { Majors } from './majors.ts'
import { makeActor } from './make-actor.ts'
import { firstPrice, makeRuntime } from './make-runtime.ts'
import { MarketRecorder } from './market-recorder.ts'
import type { PositionActor } from './position-actor.ts'
import type { PositionScores } from './position-surroundings.ts'
import { readScores } from './read-scores.ts'
import type { RegimeRuntime } from './regime-runtime.ts'
import { NO_SOURCES, regimeSeries } from './regime-sources.ts'
import type { SeriesFeed } from './series-feed.ts'
import type { TradingSeries } from './trading-series.ts'
import { followTrading, seedTrading, tradingSeries } from './trading-series.ts'
import type { TradingVenue } from './trading-venue.ts'
import { untilDone } from './until-done.ts'
import { keepReconciled } from './upkeep.ts'
import type { VenueRuntime } from './venue-runtime.ts'

/** How long positions wait for the market at a start, as a share of the time between two comparisons of an account. */
const MARKET_PATIENCE = 0.25

/** A position with the venue runtimes it lives on, or why it is left alone. */
export interface FollowedPosition {
  readonly row: PositionRow
  readonly actor: PositionActor | null
  readonly data: VenueRuntime | null
  /** The entry that executes its orders. */
  readonly execution: VenueRuntime | null
  readonly problem: string | null
}

/**
 * The loop, the only one: events become bars, bars become steps, steps become intents, and what they execute comes back as fills. It knows neither
 * the mode nor any venue: who executes and what the time is was decided before.
 */
export class Engine {
  readonly activity = new Activity()
  readonly #options: EngineOptions
  readonly #runtimes = new Map<TradingVenue, VenueRuntime>()
  readonly #positions = new Map<string, FollowedPosition>()
  readonly #majors: Majors
  readonly #learning: Learning
  readonly #intentDeltas: IntentDeltas
  readonly #recorder: MarketRecorder
  readonly #lateGaps: LateGaps
  /** Resolves when every driver has been read. */
  #marketRead: Promise<unknown> = Promise.resolve()
  readonly #abort = new AbortController()
  readonly #runId: string
  /** `null` where the clock is the data's: whoever moves it closes bars. */
  readonly #frameTime: FrameTime | null

  constructor(options: EngineOptions) {
    this.#options = options
    const { store, clock, logger, pm, majors, regime = NO_SOURCES, upkeep } = options
    this.#runId = options.runId ?? randomUUID()
    this.#frameTime = upkeep === null ? null : new FrameTime(options.bars.graceMs)
    this.#recorder = new MarketRecorder(store, upkeep && { clock, ms: upkeep.flushMs }, logger, ({ venue, source }) => {
      const runtime = this.runtimes.find((one) => one.venue.key === venue && one.venue.source === source)
      return runtime?.fence() ?? null
    })
    this.#lateGaps = new LateGaps(store, this.#recorder, { clock, logger, signal: this.#abort.signal })
    this.#learning = new Learning(pm.config.learning)
    this.#intentDeltas = new IntentDeltas({
      store,
      scopes: () => this.#scopes(),
      now: () => clock.now(),
      ...(options.intentDeltas === undefined ? {} : { recorded: options.intentDeltas }),
    })
    this.#majors = new Majors(regimeSeries(majors, regime), {
      store,
      clock,
      logger,
      config: pm.config,
      models: pm.models,
      bars: options.bars,
      scopeOf: (runtime) => options.scopeOf(runtime.venue),
      runtimeOf: (key, label) => this.#dataRuntime(key, label),
      onHistory: (series, known) => this.#recorder.closed(series.ref, known),
      flush: () => this.#recorder.flush(),
      onLate: (series) => void this.activity.during(() => this.#readAgain(series)),
    })
    for (const venue of options.venues.all) this.#runtimes.set(venue, this.#runtime(venue))
  }

  get runtimes(): readonly VenueRuntime[] {
    return [...this.#runtimes.values()]
  }
  /** The market as it is read for A and E. */
  get regime(): RegimeRuntime {
    return this.#majors.regime
  }
  get positions(): readonly FollowedPosition[] {
    return [...this.#positions.values()]
  }

  /** What a venue tells. Called by whoever made the venue. */
  receive(venue: TradingVenue, event: VenueEvent): void {
    this.#runtimes.get(venue)?.onEvent(event)
    if (event.type === 'trades' && this.#frameTime !== null) {
      const at = this.#frameTime.dueAt(event.trades, this.#options.clock.now())
      if (at !== null) this.#closeUntil(at)
    }
  }

  /**
   * Takes up what a former run left open, reads histories and follows the market. The venues have been started. Resolves when positions are followed;
   * their histories come in beside it.
   */
  async start(): Promise<void> {
    const { store, clock, logger, pm, upkeep } = this.#options
    await Promise.all(this.runtimes.map((runtime) => runtime.start()))
    const scopes = this.#scopes()
    for (const scope of scopes) {
      for (const row of await store.positions(scope)) this.#adopt(row)
    }
    await this.#intentDeltas.read()
    if (pm.learning) for (const { row } of this.#positions.values()) await this.#learning.load(store, row)
    for (const scope of scopes) await this.#resume(scope)
    for (const runtime of this.runtimes) {
      if (upkeep)
        keepReconciled(runtime, { clock, logger, signal: this.#abort.signal, reconcileMs: upkeep.reconcileMs })
      else await runtime.reconcile()
    }
    const drivers = this.#majors.series.map((series) =>
      this.#untilDone(`the driver ${series}`, () => this.#majors.follow(series)),
    )
    this.#marketRead = Promise.all(drivers)
    this.#followTrading(this.positions)
  }

  /** Follows a position that is in the store. A known one is passed over, save for what can be changed. */
  follow(row: PositionRow): void {
    const known = this.#positions.get(row.id)
    if (known) {
      known.actor?.setPaused(row.paused)
      return
    }
    const position = this.#adopt(row)
    const { store, pm } = this.#options
    void this.activity.during(async () => {
      if (pm.learning) await this.#untilDone('learning', () => this.#learning.load(store, row))
      this.#followTrading([position])
    })
  }

  /** Reads the intent deltas again; rejects when they cannot be read, and those known stay. */
  readIntentDeltas(): Promise<void> {
    return this.#intentDeltas.read()
  }

  /** Looks at the clock: closes bars that have ended and hands them on. */
  tick(): void {
    this.#closeUntil(this.#options.clock.now())
  }

  /** Closes what has ended by a time, ms, and hands it on, the majors first. */
  #closeUntil(now: number): void {
    this.#frameTime?.looked(now)
    const closed: { readonly runtime: VenueRuntime; readonly series: SeriesFeed; readonly closed: ClosedBar }[] = []
    for (const runtime of this.#runtimes.values()) {
      for (const series of runtime.series) {
        for (const bar of this.#close(series, now)) closed.push({ runtime, series, closed: bar })
      }
    }
    closed.sort((a, b) => compareClosedBars(a.closed, b.closed))
    for (const { series, closed: bar } of closed) this.#recorder.bars(series.ref, bar.timeframe, [bar.bar])
    this.#majors.onBars(closed)
    for (const { actor } of this.#positions.values()) if (actor?.exitWaits) void actor.planWaitingExit()
    this.#obey(now)
    if (closed.length === 0) return
    for (const { actor, data } of this.#positions.values()) {
      if (actor === null || data === null) continue
      const { instrument, timeframe } = actor.row
      const bars = closed.filter(
        ({ runtime, series, closed: bar }) =>
          runtime === data &&
          series.ref.feed === 'trading' &&
          series.ref.instrument === instrument &&
          bar.timeframe === timeframe,
      )
      if (bars.length > 0) void actor.onBars(bars.map((entry) => entry.closed.bar))
    }
  }

  /** Does what a person, or a loss limit, ordered: withdraws entries that rest, and sells off what is held or came in since. */
  #obey(now: number): void {
    const { flattenAt, gateOf } = this.#options
    for (const { actor, execution } of this.#positions.values()) {
      if (actor === null || execution === null || (actor.row.quantity === '0' && actor.active === null)) continue
      const { venue } = execution
      const flattens = (flattenAt?.(venue) ?? null) !== null
      if (flattens || (gateOf?.(venue, actor.row.instrument, now).state ?? 'open') !== 'open') actor.withdrawEntry()
      if (flattens) void actor.flatten()
    }
  }

  /** What one venue delivers must not end the others: bars that cannot be built are said and left out. */
  #close(series: SeriesFeed, now: number): readonly ClosedBar[] {
    try {
      return series.close(now)
    } catch (error) {
      const { instrument, feed } = series.ref
      this.#options.logger.error('bars could not be built', { instrument, feed, error: String(error) })
      return []
    }
  }

  /** Resolves when nothing is being worked on: everything handed over is evaluated, written and sent, or waits for time. */
  idle(): Promise<void> {
    return this.activity.idle()
  }

  /** Ends everything at a safe point. Orders at venues stay as they are. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('the runner stops'))
    await this.activity.idle()
    await this.#recorder.close()
  }

  #runtime(venue: TradingVenue): VenueRuntime {
    const ofVenue = () => this.runtimes.filter((runtime) => runtime.venue.key === venue.key)
    return makeRuntime(venue, this.#options, {
      activity: this.activity,
      signal: this.#abort.signal,
      recorder: this.#recorder,
      actors: () => this.positions.flatMap(({ actor }) => actor ?? []),
      anyPrice: (instrument) => firstPrice(ofVenue(), instrument),
      onPrice: (instrument, price, at) => this.onPrice(venue, instrument, price, at),
      onRepaired: () => this.tick(),
      onLateGap: (runtime, series, hole) => void this.activity.during(() => this.#mend(runtime, series, hole)),
    })
  }

  /** The newest price of an instrument, of which nobody is to trade. */
  setPrice(venue: TradingVenue, instrument: InstrumentId, price: DecimalString): void {
    this.#runtimes.get(venue)?.setPrice(instrument, price)
  }

  /** A price of an instrument: whoever simulates fills on this venue key sees it. */
  onPrice(venue: TradingVenue, instrument: InstrumentId, price: DecimalString, at: number): void {
    this.setPrice(venue, instrument, price)
    for (const other of this.#runtimes.keys()) {
      if (other.key === venue.key) other.prices?.onPrice(instrument, price, at)
    }
  }

  #scopes(): ReadonlySet<Scope> {
    return new Set([...this.#runtimes.keys()].map((venue) => this.#options.scopeOf(venue)))
  }

  #adopt(row: PositionRow): FollowedPosition {
    const known = this.#positions.get(row.id)
    if (known) return known
    const found = this.#options.venues.forPosition(row.venue, row.label)
    const position = 'problem' in found ? this.#leaveAlone(row, found.problem) : this.#makeActor(row, found)
    this.#positions.set(row.id, position)
    return position
  }

  #leaveAlone(row: PositionRow, problem: string): FollowedPosition {
    const message = `${row.venue} ${row.instrument} ${row.timeframe} is left alone: ${problem}`
    this.#options.logger.warn(message)
    this.#options.onEvent({ type: 'warning', at: this.#options.clock.now(), message })
    return { row, actor: null, data: null, execution: null, problem }
  }

  #makeActor(
    row: PositionRow,
    venues: { readonly execution: TradingVenue; readonly data: TradingVenue },
  ): FollowedPosition {
    const execution = this.#runtimes.get(venues.execution)
    const data = this.#runtimes.get(venues.data)
    if (execution === undefined || data === undefined) return this.#leaveAlone(row, 'its venue did not start')
    const instrument = data.instrument(row.instrument)
    if (instrument === null) return this.#leaveAlone(row, `${venues.data.name} knows no ${row.instrument}`)
    const actor = makeActor(row, { execution, data }, this.#options, {
      activity: this.activity,
      signal: this.#abort.signal,
      runId: this.#runId,
      learning: this.#learning,
      scores: () => this.#scores(row, data),
    })
    return { row, actor, data, execution, problem: null }
  }

  #scores(row: PositionRow, data: VenueRuntime): PositionScores {
    const { pm, regime = NO_SOURCES, logger } = this.#options
    const { timeframe, instrument } = row
    const marketCapUsd = regime.marketCaps.get(instrument) ?? data.instrument(instrument)?.marketCapUsd ?? null
    const market = this.#majors.regime.at(marketCapUsd)
    return async (at, newest) => {
      if (newest) {
        await this.#intentDeltas.read().catch((error: unknown) => {
          logger.warn('the intent deltas could not be read; those known count', { error: String(error) })
        })
      }
      return readScores(market, pm, { timeframe, at, delta: this.#intentDeltas.of(row, at) })
    }
  }

  /** Nothing new is planned for a position until what it left open has come to its end. */
  async #resume(scope: string): Promise<void> {
    const { store } = this.#options
    for (const { intent, orders } of await store.openIntents(scope)) {
      const actor = this.#positions.get(intent.positionId)?.actor
      if (!actor) continue
      actor.resume(intent, orders, await store.fills(intent.positionId))
    }
  }

  /**
   * Positions see the market before their first bar: what is decided at a start has the drivers that it would have had without the stop. A market that cannot be
   * read holds nobody back for long.
   */
  #followTrading(positions: readonly FollowedPosition[]): void {
    const { upkeep, clock } = this.#options
    for (const { data, actors } of tradingSeries(positions)) {
      // A wider set of timeframes makes the series anew: everyone on it is stepped from where it stands.
      const instrument = actors[0]?.row.instrument
      const all = () =>
        tradingSeries(this.positions).find((one) => one.data === data && one.actors[0]?.row.instrument === instrument)
      const begin = () =>
        this.activity.during(() =>
          this.#untilDone('a series', async () => {
            const group = all()
            if (group !== undefined) await this.#seed(group)
          }),
        )
      if (upkeep === null) void begin()
      else {
        followTrading(all() ?? { data, actors })
        const { signal } = this.#abort
        const patience = clock.sleep(upkeep.reconcileMs * MARKET_PATIENCE, signal).catch(() => undefined)
        void Promise.race([this.#marketRead, patience]).then(begin)
      }
    }
  }

  /** Rejects when something cannot be read: it is begun again then. */
  async #seed(group: TradingSeries): Promise<void> {
    const { clock, store, bars } = this.#options
    const left = await this.#lateGaps.leftOpen(group.actors)
    const series = await seedTrading(group, {
      store,
      now: () => clock.now(),
      historyBars: bars.historyBars,
      onHistory: (of, known) => this.#recorder.closed(of.ref, known),
    })
    if (left !== null && series !== null) void this.activity.during(() => this.#mend(group.data, series, left))
  }

  async #mend(runtime: VenueRuntime, series: SeriesFeed, hole: Interval): Promise<void> {
    const actors = this.positions.flatMap(({ actor, data }) =>
      actor !== null &&
      data === runtime &&
      series.ref.feed === 'trading' &&
      actor.row.instrument === series.ref.instrument
        ? [actor]
        : [],
    )
    await this.#lateGaps.mend(series, hole, actors)
    for (const driver of this.#majors.seriesOf(series)) await this.#readAgain(driver)
  }

  #readAgain(series: RegimeSeries): Promise<void> {
    return this.#untilDone(`computing ${series} anew`, () => this.#majors.readAgain(series))
  }

  #dataRuntime(key: VenueKey, label: string | null): VenueRuntime | { readonly problem: string } {
    const venue = this.#options.venues.dataOf(key, label)
    if ('problem' in venue) return venue
    return this.#runtimes.get(venue) ?? { problem: `${venue.name} did not start` }
  }

  #untilDone(what: string, begin: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options
    return untilDone({ clock, logger, signal: this.#abort.signal }, what, begin)
  }
}
