import type { DecimalString, InstrumentId, Subscription, VenueEvent } from '@portolan/core'
import { feedsByInstrument, instrumentId, RefusedCount, ZERO } from '@portolan/core'
import type { AccountReader } from '../instruments/account-reader.ts'
import type { InstrumentBook } from '../instruments/instrument-book.ts'
import type { InstrumentReader } from '../instruments/instrument-reader.ts'
import type { SolanaOptions } from '../options.ts'
import type { ApiReader } from './api/api-reader.ts'
import type { FeedState } from './feed/instrument-feed.ts'
import { InstrumentFeed } from './feed/instrument-feed.ts'
import type { PoolUnits } from './pool/pool-price.ts'
import { PoolStream } from './pool/pool-stream.ts'
import { POOL, PoolWatch } from './pool/pool-watch.ts'
import type { PriceReading } from './price/price-answer.ts'
import { PricePoll } from './price/price-poll.ts'
import { PriceSequence } from './price/price-sequence.ts'
import type { SlotSocketParts } from './socket/slot-socket.ts'

export interface LivePricesParts extends SlotSocketParts {
  readonly options: SolanaOptions
  readonly book: InstrumentBook
  readonly reader: Pick<InstrumentReader, 'learn'>
  readonly accounts: AccountReader
  /** Jupiter's. */
  readonly api: ApiReader
  readonly emit: (event: VenueEvent) => void
}

/** What is known of one mint. */
interface Entry {
  readonly id: InstrumentId
  readonly feed: InstrumentFeed
  readonly pool: PoolWatch | null
  /** When the pool last delivered, or was first asked to, ms. */
  poolSeenAt: number
}

/** A mint's polled price. */
interface Mark {
  readonly price: DecimalString
  /** When it was last read, ms. */
  readonly at: number
  readonly liquidityUsd: number | null
}

/** The poll's name in feed status. */
const PRICE = 'price'
/** Readings that may fail before a price counts as stale. */
const MISSED_READINGS = 3
/** The other side of a pool (SOL) moves less than what it is paired with: its price may be this many readings old. */
const MISSED_CONVERSIONS = 10
/** A pool that is silent for so many times `slotStaleMs` is replaced by polled prices, where the source is `auto`. */
const POOL_PATIENCE = 2

/** Live prices of all wanted tokens: from balances of their pools as they change, and from Jupiter's price as it is polled. */
export class LivePrices {
  readonly #parts: LivePricesParts
  readonly #malformed: RefusedCount
  readonly #pools: PoolStream
  readonly #poll: PricePoll
  readonly #entries = new Map<InstrumentId, Entry>()
  readonly #sequences = new Map<string, PriceSequence>()
  readonly #marks = new Map<string, Mark>()
  readonly #learning = new Set<string>()
  readonly #stopped = new AbortController()
  #wanted: readonly Subscription[] = []
  #watch: Disposable | null = null

  constructor(parts: LivePricesParts) {
    this.#parts = parts
    const { clock, logger, options, book, api } = parts
    this.#malformed = new RefusedCount(clock, logger)
    const { subscriptions } = options.sockets
    this.#pools = new PoolStream({ ...parts, subscriptions, malformed: this.#malformed })
    this.#poll = new PricePoll({
      api,
      clock,
      logger,
      malformed: this.#malformed,
      wishedMs: options.timing.priceMs,
      mints: () => this.#polled(),
      decimals: (mint) => book.decimals(mint),
      onReading: (reading, at) => this.#onReading(reading, at),
    })
  }

  /** See `SolanaMarketData.refused`. */
  get refused(): number {
    return this.#malformed.total
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#wanted = subscriptions
    this.reconsider()
  }

  /** Follows the book: what is wanted but was not known may be now. */
  reconsider(): void {
    const { book, clock, options } = this.#parts
    const now = clock.now()
    const feeds = feedsByInstrument(this.#wanted.filter(({ instrument }) => book.get(instrument) !== undefined))
    const isNew = [...feeds.keys()].some((id) => this.#entries.get(id)?.feed.wanted !== true)
    for (const [id, { feed }] of this.#entries) if (!feeds.has(id)) feed.want([], now)
    for (const [id, wanted] of feeds) {
      const entry = this.#entry(id)
      if (!entry.feed.wanted) entry.poolSeenAt = now
      entry.feed.want(wanted, now)
    }
    this.#pools.watch([...this.#entries.values()].flatMap(({ feed, pool }) => (feed.wanted && pool ? [pool] : [])))
    if (feeds.size === 0) return
    this.#watch ??= clock.every(options.timing.priceMs, () => this.#checkAge())
    this.#poll.start()
    if (isNew) this.#poll.hurry()
  }

  stateOf(id: InstrumentId): FeedState {
    return this.#entries.get(id)?.feed.state ?? { kind: 'unwanted' }
  }

  /** USD in a token's pools; `null` while nobody has told. */
  liquidityUsd(id: InstrumentId): number | null {
    const told = [this.#marks.get(id)?.liquidityUsd ?? null, this.#entries.get(id)?.pool?.depthUsd ?? null]
    const known = told.filter((value) => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  }

  stop(): void {
    this.#stopped.abort(new Error('the venue was disposed'))
    this.#poll.stop()
    this.#pools.stop()
    this.#watch?.[Symbol.dispose]()
  }

  #onReading(reading: PriceReading, at: number): void {
    const { mint, price, blockId, liquidityUsd } = reading
    const sequence = this.#sequences.get(mint) ?? new PriceSequence()
    this.#sequences.set(mint, sequence)
    const verdict = sequence.accept(reading)
    if (verdict === 'old' || verdict === 'doubtful') {
      this.#malformed.add(
        PRICE,
        `${mint}: ${verdict === 'old' ? 'of an earlier block' : `a jump to ${price}, not believed at once`}`,
      )
      return
    }
    this.#marks.set(mint, { price, at, liquidityUsd })
    const entry = this.#entries.get(instrumentId(mint))
    if (entry === undefined || !this.#livesOnPrice(entry, at)) return
    const { feed } = entry
    const wasLive = feed.state.kind === 'live' && feed.state.source.name === PRICE
    feed.up({ kind: 'poll', name: PRICE, everyMs: this.#poll.everyMs }, at, at)
    if (verdict === 'mark' || !wasLive) {
      feed.trade({ id: `price-${blockId}-${at}`, ts: at, price, quantity: ZERO, side: null })
    }
  }

  #livesOnPrice(entry: Entry, at: number): boolean {
    if (entry.pool === null) return true
    if (entry.feed.state.kind === 'live' && entry.feed.state.source.name === POOL) {
      entry.poolSeenAt = at
      return false
    }
    if (this.#parts.book.token(entry.id)?.options.source !== 'auto') return false
    return at - entry.poolSeenAt > POOL_PATIENCE * this.#parts.options.timing.slotStaleMs
  }

  /** A poll is stale by its own cadence. */
  #checkAge(): void {
    const now = this.#parts.clock.now()
    for (const { id, feed } of this.#entries.values()) {
      const readAt = this.#marks.get(id)?.at
      if (readAt !== undefined && now - readAt > MISSED_READINGS * this.#poll.everyMs) feed.down(PRICE, now, readAt)
    }
  }

  /** Mints whose prices are read: all that are wanted, since the depth of their market is told with it, and the other sides of their pools. */
  #polled(): readonly string[] {
    const { options } = this.#parts
    const wanted = [...this.#entries.values()].filter(({ feed }) => feed.wanted)
    const sides = wanted.flatMap(({ pool }) => pool?.quoteMint ?? [])
    return [...new Set([...wanted.map(({ id }) => id), ...sides])].filter((mint) => mint !== options.quoteMint)
  }

  #units(mint: string, quoteMint: string): PoolUnits | null {
    const { book, options, clock } = this.#parts
    const baseDecimals = book.decimals(mint)
    const quoteDecimals = book.decimals(quoteMint)
    if (quoteDecimals === undefined) void this.#learn(quoteMint)
    const quoteValue =
      quoteMint === options.quoteMint ? ('1' as DecimalString) : this.#freshPrice(quoteMint, clock.now())
    if (baseDecimals === undefined || quoteDecimals === undefined || quoteValue === null) return null
    return { baseDecimals, quoteDecimals, quoteValue }
  }

  async #learn(mint: string): Promise<void> {
    if (this.#learning.has(mint)) return
    this.#learning.add(mint)
    try {
      await this.#parts.reader.learn(mint, this.#stopped.signal)
    } catch (error) {
      this.#parts.logger.debug('a mint could not be read', { mint, error })
    } finally {
      this.#learning.delete(mint)
    }
  }

  #freshPrice(mint: string, now: number): DecimalString | null {
    const mark = this.#marks.get(mint)
    return mark !== undefined && now - mark.at <= MISSED_CONVERSIONS * this.#poll.everyMs ? mark.price : null
  }

  #entry(id: InstrumentId): Entry {
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    const { book, clock, options, emit } = this.#parts
    const feed = new InstrumentFeed(id, emit)
    const named = book.token(id)?.options
    const pool =
      named?.vaults === undefined || named.source === 'price'
        ? null
        : new PoolWatch({
            mint: id,
            vaults: named.vaults,
            feed,
            clock,
            malformed: this.#malformed,
            settleMs: options.timing.settleMs,
            units: (quoteMint) => this.#units(id, quoteMint),
          })
    const entry: Entry = { id, feed, pool, poolSeenAt: clock.now() }
    this.#entries.set(id, entry)
    return entry
  }
}
