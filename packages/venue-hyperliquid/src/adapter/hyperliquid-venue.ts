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
import { resolveAccount } from '../account/account-address.ts'
import { AccountStream } from '../account/account-stream.ts'
import { HyperliquidAccount } from '../account/hyperliquid-account.ts'
import { ActionSigner } from '../execution/action-signer.ts'
import { ExchangeClient } from '../execution/exchange-client.ts'
import { HyperliquidExecution } from '../execution/hyperliquid-execution.ts'
import { LeverageSetting } from '../execution/leverage-setting.ts'
import { OrderLookup } from '../execution/order-lookup.ts'
import { InstrumentBook } from '../instruments/instrument-book.ts'
import { readListing } from '../instruments/read-listing.ts'
import { candleHistory } from '../market-data/candle-history.ts'
import { TradeStream } from '../market-data/trade-stream.ts'
import type { HyperliquidOptions } from '../options.ts'
import { HttpClient } from '../rest/http-client.ts'
import { InfoClient } from '../rest/info-client.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import type { Budgets } from './budgets.ts'
import { budgetsOf } from './budgets.ts'
import { tradeGate } from './trade-gate.ts'

/** With its allowance used up, an account gets one request in about 10 s (measured on testnet: 11 s). */
const ADDRESS_LIMIT_MS = 11_000
/** Readings of the instruments that may fail before the last one counts as too old. */
const MISSED_READINGS = 3

/** One config entry's connection to Hyperliquid. */
export class HyperliquidVenue implements Venue {
  readonly #context: VenueContext<HyperliquidOptions>
  readonly #budgets: Budgets
  readonly #info: InfoClient
  readonly #book = new InstrumentBook()
  readonly #socketParts: SocketParts
  readonly #stream: TradeStream
  #accountStream: AccountStream | null = null
  readonly #stopped = new AbortController()
  readonly #signal: AbortSignal
  readonly #signer: ActionSigner | null
  readonly execution: Execution
  readonly account: Account
  readonly marketData: MarketData
  #address: string | null = null
  #addressLimitedUntil = 0
  #refresh: Disposable | null = null
  #refreshing = false

  /** @param random in [0, 1); spreads reconnections. */
  constructor(context: VenueContext<HyperliquidOptions>, random: () => number = Math.random) {
    const { options, clock, logger, fetch, connect, signer } = context
    this.#context = context
    this.#signal = AbortSignal.any([context.signal, this.#stopped.signal])
    this.#budgets = budgetsOf(context)
    const http = new HttpClient({ fetch, clock, url: options.url, timeoutMs: options.timing.requestMs })
    this.#info = new InfoClient(http, this.#budgets.weight, clock, logger)
    const exchange = new ExchangeClient(http, this.#budgets.weight, (reply) => this.#info.slowDown(reply))
    const instrument = (id: InstrumentId) => this.#book.get(id)
    const emit = (event: VenueEvent) => context.emit(event)
    const { connections, messages } = this.#budgets
    const { timing, limits, wsUrl: url } = options
    this.#socketParts = { url, timing, connect, clock, logger, connections, messages, random }
    this.#stream = new TradeStream({ ...this.#socketParts, limits, instrument, emit })
    this.marketData = {
      want: (subscriptions: readonly Subscription[]): void => this.#stream.want(subscriptions),
      history: (request: HistoryRequest): Promise<readonly Bar[]> => this.#history(request),
    }
    const account = () => this.#accountAddress()
    this.account = new HyperliquidAccount(this.#info, options, account)
    this.#signer = signer === null ? null : new ActionSigner(options, clock, signer)
    this.execution = new HyperliquidExecution({
      options,
      clock,
      exchange,
      lookup: new OrderLookup(this.#info, clock, options.timing.expiryMarginMs),
      signing:
        this.#signer === null
          ? null
          : { signer: this.#signer, leverage: new LeverageSetting(options, this.#signer, exchange) },
      instrument,
      account,
      onAddressLimited: () => {
        this.#addressLimitedUntil = clock.now() + ADDRESS_LIMIT_MS
      },
    })
  }

  async start(signal: AbortSignal): Promise<void> {
    const { options, roles, clock, logger } = this.#context
    const either = AbortSignal.any([signal, this.#signal])
    await this.#readInstruments(either)
    if (roles.has('execution')) {
      this.#address = await resolveAccount(this.#info, options, this.#signer?.address ?? null, either)
    }
    if (this.#address !== null) {
      const emit = (event: VenueEvent) => this.#context.emit(event)
      this.#accountStream = new AccountStream({ ...this.#socketParts, address: this.#address, emit })
      this.#accountStream.start()
    }
    logger.info('connected', { network: options.network, url: options.url, account: this.#address })
    this.#refresh = clock.every(options.timing.instrumentsMs, () => void this.#refreshInstruments())
  }

  async instruments(signal: AbortSignal): Promise<readonly Instrument[]> {
    if (this.#book.readAt === null) await this.#readInstruments(AbortSignal.any([signal, this.#signal]))
    return this.#book.all()
  }

  canTradeNow(instrument: InstrumentId, at: number): TradeGate {
    return tradeGate(
      {
        instrumentsReadAt: this.#book.readAt,
        instrumentsMaxAgeMs: MISSED_READINGS * this.#context.options.timing.instrumentsMs,
        instrument: this.#book.get(instrument),
        stream: this.#stream.stateOf(instrument),
        weight: this.#budgets.weight,
        addressLimitedUntil: this.#addressLimitedUntil,
      },
      at,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the venue was disposed'))
    this.#refresh?.[Symbol.dispose]()
    this.#stream.stop()
    this.#accountStream?.stop()
  }

  async #readInstruments(signal: AbortSignal): Promise<void> {
    const { instruments } = await readListing(this.#info, this.#context.options.dexes, { signal })
    for (const event of this.#book.update(instruments, this.#context.clock.now())) this.#context.emit(event)
    this.#stream.reconsider()
  }

  async #refreshInstruments(): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    try {
      await this.#readInstruments(this.#signal)
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

  #accountAddress(): string {
    if (this.#address !== null) return this.#address
    throw new VenueError(
      'misconfigured',
      `entry "${this.#context.label}" has no account: give it a key or name one in options.account`,
    )
  }
}
