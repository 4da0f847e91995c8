import type { Instrument, InstrumentId, TradeGate, Venue, VenueContext, VenueEvent } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { FillHistory } from '../account/fill-history.ts'
import { SolPrice } from '../account/sol-price.ts'
import { SolanaAccount } from '../account/solana-account.ts'
import { KnownOrders } from '../execution/known-orders.ts'
import { SignatureSearch } from '../execution/signature-search.ts'
import { SolReserve } from '../execution/sol-reserve.ts'
import { SolanaExecution } from '../execution/solana-execution.ts'
import { SwapLookup } from '../execution/swap-lookup.ts'
import { SwapRouter } from '../execution/swap-router.ts'
import { SwapSender } from '../execution/swap-sender.ts'
import { tradeGate } from '../gate/trade-gate.ts'
import { InstrumentBook } from '../instruments/instrument-book.ts'
import { InstrumentReader } from '../instruments/instrument-reader.ts'
import { jupiterReader } from '../market-data/api/service-readers.ts'
import { SolanaMarketData } from '../market-data/solana-market-data.ts'
import type { SolanaOptions } from '../options.ts'
import { checkMainnet } from '../rpc/check-cluster.ts'
import { LookupTables } from '../transaction/lookup-tables.ts'
import { addressOf } from '../transaction/signed-transaction.ts'
import type { Token } from '../transaction/token.ts'
import type { Budgets } from './budgets.ts'
import { budgetsOf } from './budgets.ts'
import type { ChainAccess } from './chain-access.ts'
import { chainAccess } from './chain-access.ts'

/** Readings of the instruments that may fail before the last one counts as too old. */
const MISSED_READINGS = 3

/** One config entry's connection to Solana: swaps by Jupiter, prices by Jupiter and pools, the wallet by RPC. */
export class SolanaVenue implements Venue {
  readonly #context: VenueContext<SolanaOptions>
  readonly #budgets: Budgets
  readonly #access: ChainAccess
  readonly #book = new InstrumentBook()
  readonly #reader: InstrumentReader
  readonly #reserve: SolReserve
  readonly #stopped = new AbortController()
  readonly #signal: AbortSignal
  readonly #wallet: string | null
  readonly execution: SolanaExecution
  readonly account: SolanaAccount
  readonly marketData: SolanaMarketData
  #lamports: bigint | null = null
  readonly #timers: Disposable[] = []
  #refreshing = false

  /** @param random in [0, 1); spreads reconnections. */
  constructor(context: VenueContext<SolanaOptions>, random: () => number = Math.random) {
    const { clock, logger, options, signer } = context
    this.#context = context
    this.#signal = AbortSignal.any([context.signal, this.#stopped.signal])
    this.#budgets = budgetsOf(context)
    this.#access = chainAccess(context, this.#budgets)
    const { http, rpc, jupiter } = this.#access
    this.#wallet = signer === null ? null : addressOf(signer)
    this.#reserve = new SolReserve(options.execution.solReserve)
    const api = jupiterReader(context, http, this.#budgets.jupiter)
    const emit = (event: VenueEvent) => context.emit(event)
    this.#reader = new InstrumentReader({ options, book: this.#book, accounts: rpc, api, clock, logger, emit })
    const [book, reader] = [this.#book, this.#reader]
    this.marketData = new SolanaMarketData({ context, http, accounts: rpc, jupiter: api, book, reader, random })

    const shared = {
      rpc,
      clock,
      logger,
      reserve: this.#reserve,
      solPrice: new SolPrice(jupiter, clock),
      known: new KnownOrders(),
      instruments: () => this.#book.all(),
      token: (id: InstrumentId) => this.#token(id),
      quote: () => this.#quote(),
    }
    const { commitment, expiryMarginBlocks: marginBlocks, historyTransactions: firstReach } = options.execution
    const search = new SignatureSearch({ rpc, logger, commitment, marginBlocks })
    const lookup = new SwapLookup({ ...shared, search })
    this.execution = new SolanaExecution({
      ...shared,
      options: options.execution,
      network: options.network,
      router: new SwapRouter(jupiter, options.execution),
      tables: new LookupTables(rpc),
      signer,
      lookup,
      sender: new SwapSender({ rpc, jupiter, lookup, clock, logger, timing: options.timing }),
      instrument: (id: InstrumentId) => this.#book.get(id),
    })
    this.account = new SolanaAccount({
      ...shared,
      wallet: () => this.#ownWallet(),
      history: new FillHistory({ ...shared, firstReach }),
      quoteAsset: options.quoteAsset,
      sol: options.execution.sol,
      onLamports: (lamports) => {
        this.#lamports = lamports
      },
    })
  }

  async start(signal: AbortSignal): Promise<void> {
    const { options, roles, clock, logger } = this.#context
    const either = AbortSignal.any([signal, this.#signal])
    if (roles.has('execution') && this.#context.signer?.scheme === 'secp256k1') {
      throw new VenueError('misconfigured', 'Solana needs an ed25519 key')
    }
    if (options.network === 'mainnet') await checkMainnet(this.#access.rpc, logger, { signal: either })
    await this.#reader.refresh(either)
    if (this.#wallet !== null) await this.#readLamports(either)
    const { instrumentsMs, verifyMs } = options.timing
    this.#timers.push(clock.every(instrumentsMs, () => void this.#refresh()))
    if (this.#wallet !== null) this.#timers.push(clock.every(verifyMs, () => void this.#refreshLamports()))
    const hosts = this.#access.pool.senders.map(({ host }) => host)
    logger.info('connected', { network: options.network, rpc: hosts, wallet: this.#wallet })
  }

  async instruments(signal: AbortSignal): Promise<readonly Instrument[]> {
    if (this.#book.readAt === null) await this.#reader.refresh(AbortSignal.any([signal, this.#signal]))
    return this.#book.all()
  }

  find(instrument: InstrumentId, signal: AbortSignal): Promise<Instrument> {
    return this.#reader.find(instrument, AbortSignal.any([signal, this.#signal]))
  }

  canTradeNow(instrument: InstrumentId, at: number): TradeGate {
    const { options, roles } = this.#context
    const readers = this.#access.pool.readers
    const isWalletNeeded = roles.has('execution') && this.#wallet !== null
    return tradeGate(
      {
        options,
        instrumentsReadAt: this.#book.readAt,
        instrumentsMaxAgeMs: MISSED_READINGS * options.timing.instrumentsMs,
        instrument: this.#book.get(instrument),
        token: this.#book.token(instrument),
        feed: this.marketData.stateOf(instrument),
        liquidityUsd: this.marketData.liquidityUsd(instrument),
        isRpcUp: readers.some((endpoint) => endpoint.isUp(at)),
        budgets: [this.#budgets.rpc, [this.#budgets.jupiter]],
        wallet: isWalletNeeded ? { lamports: this.#lamports, reserve: this.#reserve.lamports } : null,
      },
      at,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the venue was disposed'))
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.marketData.stop()
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    try {
      await this.#reader.refresh(this.#signal)
      this.marketData.reconsider()
    } catch (error) {
      // The gate turns to exit-only when it goes on.
      if (!this.#signal.aborted) this.#context.logger.warn('the mints could not be read', { error })
    } finally {
      this.#refreshing = false
    }
  }

  async #refreshLamports(): Promise<void> {
    try {
      await this.#readLamports(this.#signal)
    } catch (error) {
      if (!this.#signal.aborted) this.#context.logger.warn("the wallet's SOL could not be read", { error })
    }
  }

  async #readLamports(signal: AbortSignal): Promise<void> {
    const { value } = await this.#access.rpc.balance(this.#ownWallet(), { signal })
    this.#lamports = value
  }

  #token(id: InstrumentId): Token | undefined {
    const token = this.#book.token(id)
    if (token === undefined) return undefined
    return { mint: token.options.mint, decimals: token.facts.decimals, program: token.facts.program }
  }

  #quote(): Token {
    const { quoteMint: mint, quoteAsset } = this.#context.options
    const facts = this.#book.mint(mint)
    if (facts !== undefined) return { mint, decimals: facts.decimals, program: facts.program }
    throw new VenueError('unavailable', `the mint of ${quoteAsset} has not been read yet`)
  }

  #ownWallet(): string {
    if (this.#wallet !== null) return this.#wallet
    throw new VenueError('misconfigured', `entry "${this.#context.label}" has no wallet: give it a key`)
  }
}
