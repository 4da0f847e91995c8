import type { Bar, Clock, DataSource, Feed, FeedStatus, InstrumentId, Trade, VenueEvent } from '@portolan/core'
import { Cadence } from './cadence.ts'
import { TradeTape } from './trade-tape.ts'

export interface CoinFeedParts {
  readonly clock: Clock
  /** How long to wait for the trades that the venue replays after a subscription, ms. */
  readonly replayMs: number
  readonly emit: (event: VenueEvent) => void
  /** How far apart two readings are when it is polled, ms. */
  readonly pollEveryMs: () => number
}

const STREAM: DataSource = { kind: 'stream', name: 'trades' }

/** What one instrument lives on, and what is told of it: its stream of trades, or its polled candles. */
export class CoinFeed {
  readonly id: InstrumentId
  readonly cadence = new Cadence()
  readonly #parts: CoinFeedParts
  readonly #tape = new TradeTape()
  #feeds: readonly Feed[] = []
  #mode: 'off' | 'stream' | 'poll' = 'off'
  #live = false
  /** It was live before, so that coming back is a reconnection. */
  #returning = false
  /** Ends the wait for the replay that shows whether something was missed. */
  #settle: Disposable | null = null
  /** Its silence is being looked into. */
  #questioned = false
  #heardAt = 0
  /** How often in a row the stream turned out to have been mute while the market traded. */
  #muteTimes = 0
  #proven = false
  /** Everything that ended by then was polled, ms; `null` unless it was polled last. */
  #polledUntil: number | null = null

  constructor(id: InstrumentId, parts: CoinFeedParts) {
    this.id = id
    this.#parts = parts
  }

  get feeds(): readonly Feed[] {
    return this.#feeds
  }
  get mode(): 'off' | 'stream' | 'poll' {
    return this.#mode
  }
  get isLive(): boolean {
    return this.#live
  }
  /** When it was last heard of, ms. */
  get heardAt(): number {
    return this.#heardAt
  }
  /** Whether a subscription to it is known to do no harm. */
  get isProven(): boolean {
    return this.#proven
  }
  get muteTimes(): number {
    return this.#muteTimes
  }
  /** Up to when all is known, ms: where polling has to begin. */
  get knownUntil(): number | null {
    return this.#polledUntil ?? this.#tape.lastTs
  }
  /** Whether the runner knows that bars are polled, so that a price by itself does not become part of one. */
  get takesMarks(): boolean {
    return this.#mode === 'poll' && this.#polledUntil !== null && this.#live
  }

  /** A connection survived it. */
  prove(): void {
    this.#proven = true
  }

  /** A connection did not survive it, or it may have become another thing. */
  doubt(): void {
    this.#proven = false
  }

  /** From now on it is to be streamed to these feeds; what is missing is told when the stream has begun. */
  stream(feeds: readonly Feed[]): void {
    this.#follow(feeds)
    if (this.#mode === 'stream') return
    this.#rest()
    this.#mode = 'stream'
  }

  /** From now on it is polled for these feeds. */
  poll(feeds: readonly Feed[]): void {
    this.#follow(feeds)
    if (this.#mode === 'poll') return
    const now = this.#parts.clock.now()
    if (this.#mode === 'stream' && this.#live) this.#tape.knowUntil(now)
    this.#rest()
    this.#mode = 'poll'
    const since = this.#tape.lastTs
    if (since === null) return
    this.#polledUntil = since
    this.#status({ kind: 'stale', since })
  }

  /** Nobody wants it. The tape stays: when it is wanted again, it tells what was missed. */
  off(): void {
    this.#feeds = []
    this.#mode = 'off'
    this.#rest()
  }

  /** The subscription stands. */
  subscribed(): void {
    if (this.#mode !== 'stream') return
    if (this.#polledUntil !== null) this.#tape.knowUntil(this.#polledUntil)
    this.#tape.interrupt()
    if (this.#returning) this.#status({ kind: 'reconnected' })
    this.#settle?.[Symbol.dispose]()
    this.#settle = null
    // With something behind it, it is not live again before the replay has shown whether trades were missed.
    if (this.#tape.lastTs === null) this.#goLive()
    else this.#settle = this.#parts.clock.after(this.#parts.replayMs, () => this.#withoutReplay())
  }

  /** The connection is gone. @param since when anything last came over it, ms. */
  interrupted(since: number): void {
    if (this.#mode !== 'stream') return
    const wasLive = this.#live
    if (wasLive && this.#tape.lastTs === null) this.#tape.knowUntil(since)
    this.#rest()
    if (wasLive) this.#status({ kind: 'stale', since })
  }

  /** Its silence is odd: nothing is taken for granted until the stream was begun anew. */
  question(): void {
    const since = this.#tape.lastTs ?? this.#heardAt
    this.#rest()
    this.#tape.knowUntil(since)
    this.#tape.interrupt()
    this.#questioned = true
    this.#status({ kind: 'stale', since })
  }

  /** A frame with trades of this instrument could not be read. */
  missed(): void {
    this.#tape.interrupt()
  }

  onTrades(trades: readonly Trade[]): void {
    if (this.#mode !== 'stream') return
    this.#heardAt = this.#parts.clock.now()
    this.#proven = true
    const { fresh, gap } = this.#tape.accept(trades)
    if (gap !== null) {
      this.cadence.interrupt()
      this.#status({ kind: 'gap', ...gap })
    }
    for (const { ts } of fresh) this.cadence.observe(ts)
    if (this.#settle !== null) this.#replayed(fresh.length > 0)
    else if (this.#live) this.#muteTimes = 0
    if (fresh.length > 0) this.#emitTrades(fresh)
  }

  /** All that ended by `until` (ms) was read; these are its bars. */
  onPolled(bars: readonly Bar[], until: number): void {
    if (this.#mode !== 'poll') return
    const { id: instrument, feeds } = this
    if (bars.length > 0) this.#parts.emit({ type: 'bars', instrument, feeds, timeframe: '1m', bars })
    this.#polledUntil = until
    this.#live = true
    this.#returning = true
    this.#status({ kind: 'live' })
  }

  /** A price at which nobody traded, for what is polled: bars are late, prices need not be. */
  onMark(price: Trade['price'], at: number): void {
    this.#emitTrades([{ id: `mid-${at}`, ts: at, price, quantity: NOTHING, side: null }])
  }

  /** A feed that joins is told what it finds. */
  #follow(feeds: readonly Feed[]): void {
    const joined = feeds.filter((feed) => !this.#feeds.includes(feed))
    this.#feeds = feeds
    if (joined.length > 0 && this.#live) this.#status({ kind: 'live' }, joined)
  }

  #emitTrades(trades: readonly Trade[]): void {
    this.#parts.emit({ type: 'trades', instrument: this.id, feeds: this.#feeds, trades })
  }

  #replayed(hadNews: boolean): void {
    if (this.#questioned) {
      if (hadNews) this.#muteTimes += 1
      else this.cadence.excuse()
    }
    this.#goLive()
  }

  /** Nothing shows that nothing was missed, so that it counts as missed. */
  #withoutReplay(): void {
    const now = this.#parts.clock.now()
    const from = this.#tape.lastTs
    if (from !== null && from < now) this.#status({ kind: 'gap', from, to: now })
    this.#tape.knowUntil(now)
    this.#tape.resume()
    this.cadence.excuse()
    this.#goLive()
  }

  #goLive(): void {
    this.#settle?.[Symbol.dispose]()
    this.#settle = null
    this.#questioned = false
    this.#polledUntil = null
    this.#live = true
    this.#returning = true
    this.#heardAt = this.#parts.clock.now()
    this.#status({ kind: 'live' })
  }

  #rest(): void {
    this.#settle?.[Symbol.dispose]()
    this.#settle = null
    this.#questioned = false
    this.#live = false
    this.#tape.interrupt()
  }

  #status(status: FeedStatus, feeds: readonly Feed[] = this.#feeds): void {
    if (feeds.length === 0) return
    const at = this.#parts.clock.now()
    this.#parts.emit({ type: 'feed-status', instrument: this.id, feeds, status, at, source: this.#source() })
  }

  #source(): DataSource {
    if (this.#mode !== 'poll') return STREAM
    const poll = { kind: 'poll', name: 'candleSnapshot', everyMs: this.#parts.pollEveryMs() } as const
    return this.#polledUntil === null ? poll : { ...poll, completeUntil: this.#polledUntil }
  }
}

const NOTHING = '0' as Trade['price']
