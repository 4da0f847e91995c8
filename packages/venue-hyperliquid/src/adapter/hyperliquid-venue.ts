import type {
  Account,
  Bar,
  Execution,
  HistoryRequest,
  Instrument,
  InstrumentId,
  MarketData,
  Subscription,
  TradeGate,
  Venue,
  VenueContext,
  VenueEvent,
} from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { Dex } from '../instruments/dex.ts'
import { InstrumentBook } from '../instruments/instrument-book.ts'
import { readListing } from '../instruments/read-listing.ts'
import { candleHistory } from '../market-data/candle-history.ts'
import { MarketFeed } from '../market-data/market-feed.ts'
import type { HyperliquidOptions } from '../options.ts'
import { HttpClient } from '../rest/http-client.ts'
import { InfoClient } from '../rest/info-client.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { AccountSide } from './account-side.ts'
import type { Budgets } from './budgets.ts'
import { budgetsOf } from './budgets.ts'
import { tradeGate } from './trade-gate.ts'

/** Readings of the instruments that may fail before the last one counts as too old. */
const MISSED_READINGS = 3

/** One config entry's connection to Hyperliquid. */
export class HyperliquidVenue implements Venue {
  readonly #context: VenueContext<HyperliquidOptions>
  readonly #budgets: Budgets
  readonly #info: InfoClient
  readonly #book = new InstrumentBook()
  readonly #socketParts: SocketParts
  readonly #feed: MarketFeed
  readonly #accountSide: AccountSide
  readonly #stopped = new AbortController()
  readonly #signal: AbortSignal
  readonly execution: Execution
  readonly account: Account
  readonly marketData: MarketData
  #dexes: readonly Dex[] | null = null
  #refresh: Disposable | null = null
  #refreshing = false

  /** @param random in [0, 1); spreads reconnections. */
  constructor(context: VenueContext<HyperliquidOptions>, random: () => number = Math.random) {
    const { options, clock, logger, fetch, connect } = context
    this.#context = context
    this.#signal = AbortSignal.any([context.signal, this.#stopped.signal])
    this.#budgets = budgetsOf(context)
    const http = new HttpClient({ fetch, clock, url: options.url, timeoutMs: options.timing.requestMs })
    this.#info = new InfoClient(http, this.#budgets.weight, clock, logger)
    const instrument = (id: InstrumentId) => this.#book.get(id)
    const emit = (event: VenueEvent) => context.emit(event)
    const { weight, ...socketBudgets } = this.#budgets
    const { timing, limits, wsUrl: url } = options
    this.#socketParts = { url, timing, connect, clock, logger, ...socketBudgets, random }
    this.#feed = new MarketFeed({
      ...this.#socketParts,
      limits,
      weight,
      instrument,
      listedAt: () => this.#book.readAt ?? 0,
      readMinutes: (id, from, to) => this.#readMinutes(id, from, to),
      emit,
    })
    this.marketData = {
      want: (subscriptions: readonly Subscription[]): void => this.#feed.want(subscriptions),
      history: (request: HistoryRequest): Promise<readonly Bar[]> => this.#history(request),
    }
    this.#accountSide = new AccountSide({
      context,
      http,
      info: this.#info,
      weight: this.#budgets.weight,
      instrument,
      dexes: () => this.#listedDexes(),
    })
    this.account = this.#accountSide.account
    this.execution = this.#accountSide.execution
  }

  async start(signal: AbortSignal): Promise<void> {
    const { options, roles, clock, logger } = this.#context
    const either = AbortSignal.any([signal, this.#signal])
    await this.#readInstruments(either)
    if (roles.has('execution')) await this.#accountSide.start(this.#socketParts, either)
    logger.info('connected', { network: options.network, url: options.url, account: this.#accountSide.address })
    this.#refresh = clock.every(options.timing.instrumentsMs, () => void this.#refreshInstruments())
  }

  async instruments(signal: AbortSignal): Promise<readonly Instrument[]> {
    if (this.#book.readAt === null) await this.#readInstruments(AbortSignal.any([signal, this.#signal]))
    return this.#book.all()
  }

  /** Messages of market data that were refused since the start. */
  get refusedFrames(): number {
    return this.#feed.refusedFrames
  }

  canTradeNow(instrument: InstrumentId, at: number): TradeGate {
    const market = tradeGate(
      {
        instrumentsReadAt: this.#book.readAt,
        instrumentsMaxAgeMs: MISSED_READINGS * this.#context.options.timing.instrumentsMs,
        instrumentsInDoubt: this.#book.isInDoubt,
        instrument: this.#book.get(instrument),
        data: this.#feed.stateOf(instrument),
        requestMs: this.#context.options.timing.requestMs,
        weight: this.#budgets.weight,
      },
      at,
    )
    return market.state === 'closed' ? market : (this.#accountSide.gate(at) ?? market)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the venue was disposed'))
    this.#refresh?.[Symbol.dispose]()
    this.#feed.stop()
    this.#accountSide.stop()
  }

  async #readInstruments(signal: AbortSignal): Promise<void> {
    const { instruments, dexes } = await readListing(this.#info, this.#context.options.dexes, { signal })
    this.#dexes = dexes
    for (const event of this.#book.update(instruments, this.#context.clock.now())) this.#context.emit(event)
    this.#feed.reconsider()
  }

  async #refreshInstruments(): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    try {
      await Promise.all([this.#accountSide.refresh(this.#signal), this.#readInstruments(this.#signal)])
    } catch (error) {
      // The gate turns to exit-only when it goes on.
      if (!this.#signal.aborted) this.#context.logger.warn('instruments could not be read', { error })
    } finally {
      this.#refreshing = false
    }
  }

  async #history(request: HistoryRequest): Promise<readonly Bar[]> {
    if (this.#book.get(request.instrument) === undefined) {
      throw new VenueError(
        'unknown-instrument',
        `${request.instrument} is not listed on ${this.#context.options.network}`,
      )
    }
    const signal = AbortSignal.any([request.signal, this.#signal])
    return candleHistory(this.#info, this.#context.clock, { ...request, signal })
  }

  #readMinutes(instrument: InstrumentId, from: number, to: number): Promise<readonly Bar[]> {
    return this.#history({ instrument, timeframe: '1m', from, to, signal: this.#signal })
  }

  #listedDexes(): readonly Dex[] {
    if (this.#dexes !== null) return this.#dexes
    throw new VenueError('unavailable', 'what the venue lists has not been read yet')
  }
}
