import type { Bar, HistoryRequest, InstrumentId, MarketData, Subscription, VenueContext } from '@portolan/core'
import { RefusedCount, TIMEFRAME_MS } from '@portolan/core'
import type { HttpClient } from '../http/http-client.ts'
import type { AccountReader } from '../instruments/account-reader.ts'
import type { InstrumentBook } from '../instruments/instrument-book.ts'
import type { InstrumentReader } from '../instruments/instrument-reader.ts'
import type { SolanaOptions } from '../options.ts'
import type { ApiReader } from './api/api-reader.ts'
import { geckoReader } from './api/service-readers.ts'
import type { FeedState } from './feed/instrument-feed.ts'
import { OhlcvHistory } from './history/ohlcv-history.ts'
import { PoolChoice } from './history/pool-choice.ts'
import { LivePrices } from './live-prices.ts'
import { socketEndpoints } from './socket/socket-endpoints.ts'

export interface SolanaMarketDataParts {
  readonly context: VenueContext<SolanaOptions>
  readonly http: HttpClient
  readonly accounts: AccountReader
  readonly jupiter: ApiReader
  readonly book: InstrumentBook
  readonly reader: InstrumentReader
  /** In [0, 1); spreads reconnections. */
  readonly random: () => number
}

/** Prices of tokens and their history. There is no tape of trades to be had for nothing, so every instrument lives on a named source: see {@link LivePrices}. */
export class SolanaMarketData implements MarketData {
  readonly #parts: SolanaMarketDataParts
  readonly #live: LivePrices
  readonly #history: OhlcvHistory
  readonly #stopped = new AbortController()

  constructor(parts: SolanaMarketDataParts) {
    this.#parts = parts
    const { context, http, accounts, jupiter: api, book, reader, random } = parts
    const { options, clock, logger, connect } = context
    this.#live = new LivePrices({
      options,
      clock,
      logger,
      connect,
      book,
      reader,
      accounts,
      api,
      random,
      timing: options.timing,
      endpoints: socketEndpoints(context),
      emit: (event) => context.emit(event),
    })
    const gecko = geckoReader(context, http)
    const choice = new PoolChoice(gecko, (mint) => options.instruments.find((one) => one.mint === mint)?.pool)
    this.#history = new OhlcvHistory({
      api: gecko,
      clock,
      malformed: new RefusedCount(clock, logger),
      keptMs: options.gecko.keptDays * TIMEFRAME_MS['1d'],
      poolOf: (mint, signal) => choice.poolOf(mint, signal),
    })
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#live.want(subscriptions)
  }

  /** Bars of the token's pool at GeckoTerminal, in USD; none for a token that has no pool there. @throws {VenueError} */
  async history(request: HistoryRequest): Promise<readonly Bar[]> {
    const signal = AbortSignal.any([request.signal, this.#stopped.signal, this.#parts.context.signal])
    await this.#parts.reader.find(request.instrument, signal)
    return this.#history.read({ ...request, signal })
  }

  /** Answers, frames and entries of live prices that were refused since the start. */
  get refused(): number {
    return this.#live.refused
  }

  /** The book has changed. */
  reconsider(): void {
    this.#live.reconsider()
  }

  stateOf(id: InstrumentId): FeedState {
    return this.#live.stateOf(id)
  }

  liquidityUsd(id: InstrumentId): number | null {
    return this.#live.liquidityUsd(id)
  }

  stop(): void {
    this.#stopped.abort(new Error('the venue was disposed'))
    this.#live.stop()
  }
}
