import type {
  Clock,
  DataSource,
  DecimalString,
  Exact,
  Feed,
  Instrument,
  InstrumentId,
  Interval,
  Logger,
  PmConfig,
  Subscription,
  Timeframe,
  TradeGate,
  TradingSession,
  VenueEvent,
} from '@portolan/core'
import type { ExitPatience } from '../execution/another-order.ts'
import { OrderDesk } from '../execution/order-desk.ts'
import type { Permit } from '../execution/permit.ts'
import type { ReconcilePolicy } from '../reconciler/index.ts'
import type { Fence, PositionRow, Scope, Store } from '../store/store.ts'
import { AccountBooks } from './account-books.ts'
import { AccountRuntime } from './account-runtime.ts'
import type { Activity } from './activity.ts'
import type { MarketRecorder } from './market-recorder.ts'
import type { PositionActor } from './position-actor.ts'
import type { Reconciliation } from './reconciliation.ts'
import { persistentStoreCalls } from './retry-store.ts'
import { SeriesFeed } from './series-feed.ts'
import { strictestGate } from './strictest-gate.ts'
import type { TradingVenue } from './trading-venue.ts'
import { unlistedInstruments } from './unlisted-instruments.ts'

export interface VenueRuntimeDeps {
  readonly scope: Scope
  readonly store: Store
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly recorder: MarketRecorder
  readonly policy: ReconcilePolicy
  readonly exits: ExitPatience
  readonly permit: Permit
  readonly fence: () => Fence | null
  readonly config: PmConfig
  readonly graceMs: number
  /** Positions that trade on this entry. */
  readonly actors: () => readonly PositionActor[]
  /** The newest price of an instrument that any entry of this venue knows. */
  readonly anyPrice: (instrument: InstrumentId) => DecimalString | null
  /** What a person, or a limit, lets this entry do. */
  readonly operatorGate: (instrument: InstrumentId, at: number) => TradeGate
  /** Says something that a person should know. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void
  /** A price was seen, at a venue time in ms. */
  readonly onPrice: (instrument: InstrumentId, price: DecimalString, at: number) => void
  /** The clock should be looked at again: something may close. */
  readonly onRepaired: () => void
  /** Bars of a series were closed, and only now it is known that the feed was down then. */
  readonly onLateGap: (runtime: VenueRuntime, series: SeriesFeed, hole: Interval) => void
}

/** What the loop keeps of one venue entry: instruments, series, prices, the account, open orders. */
export class VenueRuntime {
  readonly venue: TradingVenue
  readonly desk: OrderDesk | null
  readonly account: AccountRuntime
  readonly #deps: VenueRuntimeDeps
  readonly #instruments = new Map<InstrumentId, Instrument>()
  readonly #series = new Map<string, SeriesFeed>()
  readonly #prices = new Map<InstrumentId, DecimalString>()
  readonly #priceTimes = new Map<InstrumentId, number>()
  #lastEventAt: number | null = null
  #started = false

  constructor(venue: TradingVenue, deps: VenueRuntimeDeps) {
    this.venue = venue
    this.#deps = deps
    const account = { scope: deps.scope, venue: venue.key, label: venue.label }
    const price = deps.anyPrice
    const persist = persistentStoreCalls(deps)
    const books = new AccountBooks({ ...deps, account, persist, price, external: deps.policy.external })
    const desk = () => this.desk
    const instrument = (id: InstrumentId) => this.instrument(id)
    this.account = new AccountRuntime({ ...deps, venue, account, books, desk, instrument, price })
    const readFills = (reach: 'new' | 'all') => this.account.readFills(reach)
    const { patience } = deps.policy
    this.desk = venue.execution && new OrderDesk({ ...deps, venue, patience, readFills })
  }

  get reconciliation(): Reconciliation {
    return this.account.reconciliation
  }
  get lastEventAt(): number | null {
    return this.#lastEventAt
  }
  get started(): boolean {
    return this.#started
  }
  get series(): readonly SeriesFeed[] {
    return [...this.#series.values()]
  }
  /** The right to write the books of this entry's account. */
  get fence(): () => Fence | null {
    return this.#deps.fence
  }
  /** What is free to pay for an instrument, in its quote asset, by the last read; `null` when unknown. */
  fundsFor(id: InstrumentId): DecimalString | null {
    const instrument = this.#instruments.get(id)
    return instrument === undefined ? null : this.account.fundsFor(instrument)
  }

  instrument(id: InstrumentId): Instrument | null {
    return this.#instruments.get(id) ?? null
  }
  price(id: InstrumentId): DecimalString | null {
    return this.#prices.get(id) ?? null
  }

  /** The newest price with its venue time, ms; `null` before the first that was seen as it happened. */
  seenPrice(id: InstrumentId): { readonly value: DecimalString; readonly at: number } | null {
    const [value, at] = [this.#prices.get(id), this.#priceTimes.get(id)]
    return value === undefined || at === undefined ? null : { value, at }
  }

  /** What the account that pays for an instrument is worth, in its quote asset; `null` when unknown. */
  equityFor(id: InstrumentId): Exact | null {
    const instrument = this.#instruments.get(id)
    return instrument === undefined ? null : this.account.equityFor(instrument)
  }

  /** As `gate`, for what a person ordered to be sold off: neither halts nor the state of our data hold that back. */
  saleGate(id: InstrumentId, at: number): TradeGate {
    return strictestGate(this.#venueGate(id, at), this.reconciliation.gate(id))
  }

  /** Reads and stores the instruments. The venue itself has been started. */
  async start(): Promise<void> {
    const { store, signal, scope } = this.#deps
    const { venue, key } = this.venue
    const listed = await venue.instruments(signal)
    const rows = (await store.positions(scope)).filter((row) => row.venue === key)
    const wanted = rows.map(({ instrument }) => instrument)
    const others = await unlistedInstruments(venue, wanted, new Set(listed.map(({ id }) => id)), this.#deps)
    const instruments = [...listed, ...others]
    for (const instrument of instruments) this.#instruments.set(instrument.id, instrument)
    await store.saveInstruments(key, this.venue.source, instruments)
    this.#started = true
  }

  /** What may be sent for an instrument: the venue's word and the runner's own reasons. */
  gate(id: InstrumentId, at: number): TradeGate {
    return strictestGate(this.#ownGate(id, at), this.#dataGate(id))
  }

  /** As `gate`, for a position whose market data come from another entry. */
  gateWith(data: VenueRuntime, id: InstrumentId, at: number): TradeGate {
    return strictestGate(data.gate(id, at), this.#ownGate(id, at))
  }

  /** Follows a series from now on; the same one is followed once. Wider timeframes make it anew. */
  follow(feed: Feed, instrument: InstrumentId, timeframes: readonly Timeframe[]): SeriesFeed {
    const key = `${feed} ${instrument}`
    const known = this.#series.get(key)
    if (known && timeframes.every((timeframe) => known.timeframes.includes(timeframe))) return known
    const { capabilities, venue, key: venueKey, source } = this.venue
    const base = capabilities.trades ? '1m' : (capabilities.bars[0] ?? '1m')
    const all = [...new Set([...(known?.timeframes ?? []), ...timeframes])]
    const { clock, logger, signal, graceMs, onRepaired, onLateGap } = this.#deps
    const series: SeriesFeed = new SeriesFeed({ venue: venueKey, source, feed, instrument }, base, all, {
      clock,
      logger,
      signal,
      graceMs,
      source: { kind: 'stream', name: capabilities.trades ? 'trades' : 'bars' },
      onRepaired,
      onLateGap: (hole) => onLateGap(this, series, hole),
      history: (timeframe) => {
        const data = venue.marketData
        if (data === undefined || !capabilities.history.includes(timeframe)) return null
        return (of, from, to) => data.history({ instrument, timeframe: of, from, to, signal })
      },
    })
    series.setSessions(this.#sessionsOf(instrument))
    // The venue told of the feed when it began, and may see no reason to say it again.
    const like = known ?? this.#of(['trading', 'majors'], instrument)[0]
    if (like !== undefined) series.standInFor(like)
    this.#series.set(key, series)
    this.#subscribe()
    return series
  }

  /** Resolves when the bars of a position that closed are in the store; rejects when it did not take them. */
  async barsWritten({ instrument, timeframe }: Pick<PositionRow, 'instrument' | 'timeframe'>): Promise<void> {
    const series = this.#series.get(`trading ${instrument}`)
    if (series !== undefined) await this.#deps.recorder.written(series.ref, timeframe)
  }

  /** What the venue tells by itself, in order. */
  onEvent(event: VenueEvent): void {
    const { clock, recorder, onPrice } = this.#deps
    this.#lastEventAt = clock.now()
    switch (event.type) {
      case 'trades': {
        for (const series of this.#of(event.feeds, event.instrument)) {
          if (!series.takesTrades) continue
          series.addTrades(event.trades)
          recorder.trades(series.ref, event.trades)
        }
        const last = event.trades.at(-1)
        if (last === undefined) return
        this.#prices.set(event.instrument, last.price)
        this.#priceTimes.set(event.instrument, last.ts)
        onPrice(event.instrument, last.price, last.ts)
        return
      }
      case 'bars':
        for (const series of this.#of(event.feeds, event.instrument)) series.addBars(event.timeframe, event.bars)
        return
      case 'feed-status':
        for (const series of this.#of(event.feeds, event.instrument)) this.#onStatus(series, event)
        return
      case 'instrument-listed':
      case 'instrument-changed':
      case 'instrument-delisted':
        this.#onInstrument(event.type, event.instrument)
        return
      case 'order':
        this.desk?.onOrder(event.sealedId, event.outcome)
        return
      case 'fill':
        // The order that it belongs to asks for its fills until all are booked.
        this.#book('a fill', event.fill.id, () => this.account.onFill(event.fill))
        return
      case 'funding':
        // It is read again within the hour.
        this.#book('a funding payment', event.payment.id, () => this.account.onFunding(event.payment))
        return
      case 'account-reconnected':
        this.account.distrust()
        return
    }
  }

  #book(what: string, id: string, book: () => Promise<void>): void {
    void this.#deps.activity.during(async () => {
      try {
        await book()
      } catch (error) {
        this.#deps.logger.warn(`${what} could not be booked as it came`, { id, error: String(error) })
      }
    })
  }

  #onStatus(series: SeriesFeed, { status, at, source }: VenueEvent & { readonly type: 'feed-status' }): void {
    const before = series.source
    series.onStatus(status, at, source)
    if (source === undefined || (source.kind === before.kind && source.name === before.name)) return
    const { instrument, feed } = series.ref
    const { kind, name, everyMs } = source
    this.#deps.logger.info('an instrument lives on other data now', { instrument, feed, kind, name, everyMs })
  }

  /** What a position on this instrument lives on; `null` when it follows none. */
  data(instrument: InstrumentId): { readonly source: DataSource; readonly status: SeriesFeed['status'] } | null {
    const series = this.#series.get(`trading ${instrument}`)
    return series === undefined ? null : { source: series.source, status: series.status }
  }

  /** The price that a bar of history or of the venue's own gave. */
  setPrice(instrument: InstrumentId, price: DecimalString): void {
    this.#prices.set(instrument, price)
  }

  /** Compares the account with the ledger. Rejects when a read fails. */
  reconcile(): Promise<void> {
    return this.account.reconcile()
  }

  /** Reads what is free; a failed read leaves what was known. */
  async readFundsQuietly(): Promise<void> {
    try {
      await this.account.readFunds()
    } catch (error) {
      this.#deps.logger.debug('the balances could not be read', { error: String(error) })
    }
  }

  #onInstrument(
    type: 'instrument-listed' | 'instrument-changed' | 'instrument-delisted',
    instrument: Instrument,
  ): void {
    const { store, logger } = this.#deps
    this.#instruments.set(instrument.id, instrument)
    for (const series of this.#of(['majors', 'trading'], instrument.id))
      series.setSessions(this.#sessionsOf(instrument.id))
    if (type === 'instrument-delisted') logger.warn('the venue delisted an instrument', { instrument: instrument.id })
    void store.saveInstruments(this.venue.key, this.venue.source, [instrument]).catch((error: unknown) => {
      logger.warn('an instrument could not be stored', { instrument: instrument.id, error: String(error) })
    })
  }

  #sessionsOf(id: InstrumentId): readonly TradingSession[] | null {
    const sessions = this.#instruments.get(id)?.sessions ?? null
    if (sessions === null && this.venue.capabilities.hours === 'sessions') {
      this.#deps.logger.warn('the venue has market hours but names none for this instrument; it is taken for 24/7', {
        instrument: id,
      })
    }
    return sessions
  }

  #of(feeds: readonly Feed[], instrument: InstrumentId): readonly SeriesFeed[] {
    return feeds.flatMap((feed) => this.#series.get(`${feed} ${instrument}`) ?? [])
  }

  #subscribe(): void {
    const wanted: Subscription[] = this.series.map(({ ref }) => ({ instrument: ref.instrument, feed: ref.feed }))
    this.venue.venue.marketData?.want(wanted)
  }

  #ownGate(id: InstrumentId, at: number): TradeGate {
    const operator = this.#deps.operatorGate(id, at)
    return strictestGate(this.#venueGate(id, at), this.reconciliation.gate(id), operator)
  }

  #venueGate(id: InstrumentId, at: number): TradeGate {
    try {
      return this.venue.venue.canTradeNow(id, at)
    } catch (error) {
      const message = `the venue could not tell whether it trades: ${error instanceof Error ? error.message : String(error)}`
      return { state: 'closed', reason: 'not-connected', message, changesAt: null }
    }
  }

  #dataGate(id: InstrumentId): TradeGate {
    const series = this.#series.get(`trading ${id}`)
    if (series === undefined || (series.status !== 'stale' && !series.incomplete)) return { state: 'open' }
    const message = series.status === 'stale' ? 'market data are stale' : 'missing bars are being back-filled'
    return { state: 'exit-only', reason: 'stale-data', message, changesAt: null }
  }
}
