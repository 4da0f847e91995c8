import type { Clock, VenueEvent } from '@portolan/core'
import type { StoreConfig } from '../config/index.ts'
import { createRunnerContainer } from '../container/index.ts'
import type { BarFile } from '../history/bar-file.ts'
import { Engine } from '../loop/engine.ts'
import { keepRetention } from '../loop/retention.ts'
import { RiskRuntime } from '../loop/risk-runtime.ts'
import type { RunnerEvent, RunnerSnapshot } from '../loop/snapshot.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { Setup, VenueHandle, VenueRef, VenueRegistry } from '../registry/index.ts'
import { requireLiveConfirmation, startVenues } from '../registry/index.ts'
import type { Runner } from '../runner.ts'
import { RunnerError } from '../runner-error.ts'
import type { RunnerLogger } from '../services/index.ts'
import { BudgetRegistry, createLogger } from '../services/index.ts'
import type { StoreLocation } from '../store/open-store.ts'
import type { Claim, Fence, IntentDeltaRow, PositionRow, Store } from '../store/store.ts'
import type { Environment } from './environment.ts'
import { SYSTEM } from './environment.ts'
import type { DeltaEntry, IntentDeltaRequest, IntentDeltaTarget } from './intent-delta-request.ts'
import { intentDeltaKey, newIntentDelta } from './intent-delta-request.ts'
import { configuredSources } from './regime-sources.ts'
import type { RememberedDecision } from './remembered-decision.ts'
import { rememberedDecisions } from './remembered-decision.ts'
import { snapshotOf } from './snapshot-of.ts'
import { scopeOf, tradingVenue } from './trading-venues.ts'
import { venueDirectory } from './venue-directory.ts'

export interface RunnerOptions {
  /** From `loadSetup`. */
  readonly setup: Setup
  /** `--live`: orders may reach a real market. */
  readonly live?: boolean
  /** Start the simulators of entries that have a `simulator` block and point them there. Default `false`. */
  readonly simulators?: boolean
  /** Default: as the config's `log` says, on standard error. */
  readonly logger?: RunnerLogger
}

/** How many events are kept for a view. */
const RECENT = 200
/** How often tables and files are looked at for what others changed, wall ms. */
const LOOK_MS = 5_000
/** How often old rows are looked for, ms by the runner's clock, and at most so often in wall ms. */
const PRUNE_MS = 3_600_000
const PRUNE_LEAST_WALL_MS = 60_000
/** How often market data are written, wall ms. */
const FLUSH_MS = 1_000
/** At most so often accounts are compared, wall ms. */
const RECONCILE_LEAST_WALL_MS = 5_000
/** How often the clock is looked at for bars that have ended, wall ms. */
const TICK_MS = 50
const SLOWEST_TICK_MS = 500

/**
 * Makes a runner from a config: the composition root, where clock, store, venues and loop are put together. Nothing is started before `start`.
 *
 * @example
 * await using runner = createRunner({ setup: await loadSetup({ cwd: process.cwd() }) })
 * runner.onEvent((event) => console.log(event))
 * await runner.start()
 */
export function createRunner(options: RunnerOptions): Runner {
  return composeRunner(options, SYSTEM)
}

/** {@link createRunner} on another machine than this. */
export function composeRunner(options: RunnerOptions, environment: Environment): Runner {
  return new ComposedRunner(options, environment)
}

class ComposedRunner implements Runner {
  readonly #options: RunnerOptions
  readonly #environment: Environment
  readonly #listeners = new Set<(event: RunnerEvent) => void>()
  readonly #recent: RunnerEvent[] = []
  readonly #abort = new AbortController()
  readonly #failed = new AbortController()
  readonly #logger: RunnerLogger
  #stack: AsyncDisposableStack | null = null
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #engine: Engine | null = null
  #risk: RiskRuntime | null = null
  #registry: VenueRegistry | null = null
  #budgets: BudgetRegistry | null = null
  #store: Store | null = null
  #clock: Clock
  #startedAt: number | null = null
  #remembered: ReadonlyMap<string, RememberedDecision> = new Map()

  constructor(options: RunnerOptions, environment: Environment) {
    this.#options = options
    this.#environment = environment
    this.#clock = environment.clock(null)
    const { level, pretty } = options.setup.config.log
    this.#logger = options.logger ?? createLogger({ level, pretty: pretty ?? process.stderr.isTTY })
  }

  get store(): Store {
    if (this.#store === null) throw new Error('the runner has not been started')
    return this.#store
  }

  get failed(): AbortSignal {
    return this.#failed.signal
  }

  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  onEvent(listener: (event: RunnerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async positions(): Promise<readonly PositionRow[]> {
    return this.#engine?.positions.map(({ row, actor }) => actor?.row ?? row) ?? []
  }

  async setIntentDelta(request: IntentDeltaRequest): Promise<IntentDeltaRow> {
    const { engine, entries } = this.#running()
    const cap = this.#options.setup.config.pm.config.regime.intentCap
    const delta = newIntentDelta(request, entries, { cap, now: this.#clock.now() })
    if (!engine.runtimes.some((one) => one.venue.key === delta.venue && one.instrument(delta.instrument) !== null)) {
      throw new RunnerError('bad-intent-delta', `${delta.venue} knows no "${delta.instrument}"`)
    }
    await this.store.setIntentDelta(delta)
    await engine.readIntentDeltas()
    const stored = await this.store.intentDeltas(delta.scope)
    const row = stored.find(({ venue, instrument }) => venue === delta.venue && instrument === delta.instrument)
    return row ?? { ...delta, createdAt: this.#clock.now() }
  }

  async clearIntentDelta(target: IntentDeltaTarget): Promise<boolean> {
    const { engine, entries } = this.#running()
    const cleared = await this.store.clearIntentDelta(intentDeltaKey(target, entries))
    await engine.readIntentDeltas()
    return cleared
  }

  async intentDeltas(): Promise<readonly IntentDeltaRow[]> {
    const scopes = new Set(this.#running().entries.map(({ scope }) => scope))
    return (await Promise.all([...scopes].map((scope) => this.store.intentDeltas(scope)))).flat()
  }

  #running(): { readonly engine: Engine; readonly entries: readonly DeltaEntry[] } {
    const engine = this.#engine
    if (engine === null) throw new Error('the runner has not been started')
    const { mode } = this.#options.setup
    const entries = engine.runtimes.map(({ venue: { key, label, network } }) => ({
      key,
      label,
      scope: scopeOf(mode, network.name),
    }))
    return { engine, entries }
  }

  snapshot(): RunnerSnapshot {
    const { setup } = this.#options
    const at = this.#clock.now()
    return snapshotOf({
      at,
      startedAt: this.#startedAt ?? at,
      mode: setup.mode,
      engine: this.#engine,
      failures: this.#registry?.failures ?? [],
      recent: [...this.#recent].reverse(),
      budgets: (venue) => this.#budgets?.view(venue) ?? [],
      remembered: this.#remembered,
      warmupBars: setup.config.pm.config.indicators.warmupBars,
    })
  }

  async #start(): Promise<void> {
    const stack = new AsyncDisposableStack()
    this.#stack = stack
    try {
      await this.#compose(stack)
    } catch (error) {
      // Whoever stopped it meanwhile ends what was begun.
      if (this.#stopping === null) await stack.disposeAsync()
      throw error
    }
  }

  async #compose(stack: AsyncDisposableStack): Promise<void> {
    const { setup, live = false, simulators = false } = this.#options
    const { config, mode } = setup
    const environment = this.#environment
    for (const { path, message } of setup.warnings) this.#warn(`${path}: ${message}`)
    if (!simulators) requireLiveConfirmation(setup.venues, mode, live)
    // First of all: whoever cannot have the store must not touch what a simulator keeps beside it.
    const location = locationOf(config.store)
    const store = stack.use(
      await environment.openStore(location, { now: () => this.#clock.now(), logger: this.#logger }),
    )
    this.#store = store
    const simulated = simulators ? stack.use(await environment.startSimulators(setup)) : null
    const venues = simulated?.venues ?? setup.venues
    requireLiveConfirmation(venues, mode, live)
    const time = simulated?.time ?? config.clock
    const clock = environment.clock(time)
    const speed = time?.speed ?? 1
    this.#clock = clock
    this.#startedAt = clock.now()
    const { sources, files } = configuredSources(config.regime, config.pm.config)

    const early: { readonly ref: VenueRef; readonly event: VenueEvent }[] = []
    const byHandle = new Map<VenueHandle, TradingVenue>()
    const deliver = (ref: VenueRef, event: VenueEvent): void => {
      const engine = this.#engine
      const handle = this.#registry?.get(ref.key, ref.label)
      const venue = handle ? byHandle.get(handle) : undefined
      if (engine === null || venue === undefined) early.push({ ref, event })
      else engine.receive(venue, event)
    }
    this.#budgets = new BudgetRegistry(clock)
    const services = createRunnerContainer()
      .provide('config', config)
      .provide('mode', mode)
      .provide('clock', clock)
      .provide('logger', this.#logger)
      .provide('budgets', this.#budgets)
      .provide('signal', this.#abort.signal)
      .provide('onVenueEvent', deliver)
      .provide('fetch', environment.fetch)
      .provide('openTransport', environment.openTransport)
    const registry = stack.use(await startVenues(services, venues))
    this.#registry = registry
    for (const handle of registry.handles) {
      const venue: TradingVenue = await tradingVenue({
        handle,
        mode,
        config,
        store,
        clock,
        logger: this.#logger,
        signal: this.#abort.signal,
        emit: (event) => this.#engine?.receive(venue, event),
        instrument: (id) => this.#engine?.runtimes.find((runtime) => runtime.venue === venue)?.instrument(id) ?? null,
      })
      byHandle.set(handle, venue)
    }
    const fences = new Map<TradingVenue, Fence>()
    for (const venue of byHandle.values()) fences.set(venue, stack.use(await this.#claim(store, venue)).fence)
    const external = new Map([...byHandle].map(([{ entry }, venue]) => [venue, entry.external] as const))
    const directory = venueDirectory(registry, byHandle)
    for (const position of config.positions) {
      const found = directory.forPosition(position.venue, position.label)
      if ('problem' in found) {
        this.#warn(`${position.venue} ${position.token} ${position.timeframe} is left alone: ${found.problem}`)
        continue
      }
      const { key, label, network } = found.execution
      const { token: instrument, timeframe, allocationUsd } = position
      const scope = scopeOf(mode, network.name)
      await store.addPosition({ scope, venue: key, label, instrument, timeframe }, allocationUsd)
    }
    const risk: RiskRuntime = new RiskRuntime({
      config: config.risk,
      store,
      clock,
      logger: this.#logger,
      scopeOf: (venue) => scopeOf(mode, venue.network.name),
      positions: () => this.#engine?.positions ?? [],
      runtimes: () => this.#engine?.runtimes ?? [],
      onEvent: (event) => this.#tell(event),
    })
    this.#risk = risk
    const engine = new Engine({
      mode,
      store,
      clock,
      logger: this.#logger,
      venues: directory,
      scopeOf: (venue) => scopeOf(mode, venue.network.name),
      pm: { ...config.pm, models: setup.models, learning: true },
      bars: config.bars,
      majors: config.majors && { key: config.majors.venue, label: config.majors.label, symbols: config.majors.symbols },
      regime: sources,
      patience: { firstLookMs: config.reconcile.firstLookMs, longestWaitMs: config.reconcile.longestLookMs },
      exits: { attempts: config.execution.exitAttempts, backoffMs: config.execution.exitBackoffMs },
      onDisagreement: config.reconcile.onDisagreement,
      externalOf: (venue) => external.get(venue) ?? 'report',
      fenceOf: (venue) => fences.get(venue) ?? null,
      runId: environment.newRunId(),
      onFenced: (venue) => this.#giveWay(venue, 'was taken by another runner'),
      permit: (asked) => risk.permit(asked),
      gateOf: (venue) => risk.gateOf(venue),
      flattenAt: (venue) => risk.flattenAt(venue),
      upkeep: {
        flushMs: FLUSH_MS * speed,
        reconcileMs: Math.max(config.reconcile.everyMs, RECONCILE_LEAST_WALL_MS * speed),
      },
      onEvent: (event) => this.#tell(event),
    })
    this.#engine = engine
    // Before the first decision: what was ordered holds over a restart.
    await risk.refresh()
    // The loop ends before venues, store and simulators do.
    stack.defer(() => engine.stop())
    await engine.start()
    this.#remembered = await rememberedDecisions(
      store,
      engine.positions.map(({ row }) => row.id),
    )
    for (const { ref, event } of early.splice(0)) deliver(ref, event)
    const tickMs = Math.max(SLOWEST_TICK_MS, TICK_MS * speed)
    stack.use(clock.every(tickMs, () => engine.tick()))
    const everyMs = Math.max(PRUNE_MS, PRUNE_LEAST_WALL_MS * speed)
    stack.use(keepRetention(store, config.retention, { clock, logger: this.#logger, everyMs }))
    stack.use(clock.every(LOOK_MS * speed, () => void this.#look(engine, store, files)))
    const onOrder = () => this.#look(engine, store, files)
    stack.use(await environment.serveStore(location, { store, logger: this.#logger, onOrder }))
  }

  /** One runner an account: a second one on the same database is refused, and one that lost its claim stops. */
  async #claim(store: Store, venue: TradingVenue): Promise<Claim> {
    const { mode } = this.#options.setup
    const claim = await store.claim({ scope: scopeOf(mode, venue.network.name), venue: venue.key, label: venue.label })
    claim.lost.addEventListener('abort', () =>
      this.#giveWay(venue, 'was lost with the connection to the database: another runner may take it'),
    )
    return claim
  }

  #giveWay(venue: TradingVenue, why: string): void {
    if (this.#abort.signal.aborted || this.#failed.signal.aborted) return
    const message = `the claim on ${venue.key} "${venue.label}" ${why}, so this one stops`
    this.#warn(message)
    this.#failed.abort(new RunnerError('claim-lost', message))
    void this.stop().catch((error: unknown) => this.#logger.error('the runner did not stop cleanly', { error }))
  }

  /** For what others changed: rows of the database, files of the regime. */
  async #look(engine: Engine, store: Store, files: readonly BarFile[]): Promise<void> {
    for (const file of files) {
      try {
        file.refresh()
      } catch (error) {
        this.#warn(error instanceof Error ? error.message : String(error))
      }
    }
    const { mode } = this.#options.setup
    try {
      const scopes = new Set(engine.runtimes.map(({ venue }) => scopeOf(mode, venue.network.name)))
      for (const scope of scopes) for (const row of await store.positions(scope)) engine.follow(row)
      await engine.readIntentDeltas()
      await this.#risk?.refresh()
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#logger.warn('positions and intent deltas could not be read', { error })
    }
  }

  async #stop(): Promise<void> {
    this.#abort.abort(new Error('the runner stops'))
    await this.#starting?.catch(() => undefined)
    await this.#stack?.disposeAsync()
  }

  #warn(message: string): void {
    this.#logger.warn(message)
    this.#tell({ type: 'warning', at: this.#clock.now(), message })
  }

  #tell(event: RunnerEvent): void {
    this.#recent.push(event)
    if (this.#recent.length > RECENT) this.#recent.shift()
    for (const listener of this.#listeners) listener(event)
  }
}

function locationOf(store: StoreConfig): StoreLocation {
  switch (store.kind) {
    case 'postgres':
      return { kind: 'postgres', url: store.url }
    case 'directory':
      return { kind: 'pglite', directory: store.directory }
  }
}
