import type { Bar, Instrument, InstrumentId, Subscription, VenueEvent } from '@portolan/core'
import { feedsByInstrument, instrumentId, RefusedCount } from '@portolan/core'
import { dexOfCoin, OWN_DEX } from '../instruments/dex.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { CandlePoller } from './candle-poller.ts'
import { CoinFeed } from './coin-feed.ts'
import type { DataState } from './data-state.ts'
import { MidPrices } from './mid-prices.ts'
import { Refusals } from './refusals.ts'
import { scanTrades } from './scan-trades.ts'
import { oddlySilent } from './silence.ts'
import type { LineEnd } from './stream-line.ts'
import { StreamLine, tradesOf } from './stream-line.ts'
import { StreamLines } from './stream-lines.ts'
import { shareStreams } from './stream-share.ts'
import { SuspectTrial } from './suspect-trial.ts'
import type { TradeBatch } from './trade-frame.ts'
import { coinInText, readTrades } from './trade-frame.ts'

export interface MarketFeedParts extends SocketParts {
  readonly limits: HyperliquidOptions['limits']
  readonly weight: SocketParts['messages']
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  /** When the list of instruments was last read, ms. */
  readonly listedAt: () => number
  /** Closed 1m bars of `from <= ts < to`, ms. */
  readonly readMinutes: (id: InstrumentId, from: number, to: number) => Promise<readonly Bar[]>
  readonly emit: (event: VenueEvent) => void
}

/** A trade that is later than this from now is an accident, ms: clocks differ, but not by so much. */
const FUTURE_MS = 300_000
/** Streams that are looked into at one check: each costs two messages. */
const QUESTIONS = 10
/** As often must a stream have been mute while its market traded before the connection is blamed. */
const MUTE_TIMES = 2
/**
 * Connections that died in a row soon after subscriptions that were all answered, before these are suspected: by all that is known the venue does not answer the
 * one that it dies of.
 */
const ODD_DEATHS = 2
/** ...and before those are suspected that have worked before. */
const MANY_DEATHS = 3

/** The market data of one entry: who is streamed and who is polled, what is told of each, and whether it can be trusted. */
export class MarketFeed {
  readonly #parts: MarketFeedParts
  readonly #coins = new Map<InstrumentId, CoinFeed>()
  readonly #mids = new MidPrices()
  readonly #malformed: RefusedCount
  readonly #refusals: Refusals
  readonly #lines: StreamLines
  readonly #trial: SuspectTrial
  readonly #poller: CandlePoller
  #oddDeaths = 0
  #wanted: readonly Subscription[] = []
  #streams = 0
  #check: Disposable | null = null

  constructor(parts: MarketFeedParts) {
    this.#parts = parts
    const { clock, logger, weight, limits, readMinutes } = parts
    this.#malformed = new RefusedCount(clock, logger)
    this.#refusals = new Refusals(clock)
    this.#lines = new StreamLines(limits, () => this.#line())
    this.#trial = new SuspectTrial({
      ...parts,
      onCleared: (subscriptions) => this.#cleared(subscriptions.flatMap(({ coin }) => coin ?? [])),
      onConvicted: ({ coin = '' }, why) => this.#convicted(coin, why),
    })
    this.#poller = new CandlePoller({
      clock,
      logger,
      weight,
      weightPerMinute: limits.pollWeightPerMinute,
      read: readMinutes,
      onRead: (id, bars, until) => this.#coins.get(id)?.onPolled(bars, until),
    })
  }

  /** Frames refused since the start. */
  get refusedFrames(): number {
    return this.#malformed.total
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#wanted = subscriptions
    this.reconsider()
    if (subscriptions.length === 0) return
    const { clock, timing } = this.#parts
    this.#check ??= clock.every(Math.ceil(timing.silenceMinMs / 3), () => this.#look())
  }

  /** Follows the list of instruments: what is wanted but was not listed may be now, and the other way round. */
  reconsider(): void {
    const feeds = feedsByInstrument(this.#wanted.filter(({ instrument }) => this.#isTradable(instrument)))
    for (const coin of this.#coins.values()) if (!feeds.has(coin.id)) this.#forget(coin)
    for (const id of feeds.keys()) this.#retry(id)
    const dexes = [...new Set([OWN_DEX, ...[...feeds.keys()].map((id) => dexOfCoin(id) ?? OWN_DEX)])]
    this.#streams = this.#capacity(dexes.length)
    const candidates = [...feeds].map(([id, wanted]) => ({
      id,
      trades: wanted.includes('trading'),
      refused: this.#isLeftOut(id),
    }))
    const streamed = new Set([...this.#coins.values()].filter(({ mode }) => mode === 'stream').map(({ id }) => id))
    const share = shareStreams(candidates, streamed, this.#streams)
    for (const id of share.streamed) this.#coin(id).stream(feeds.get(id) ?? [])
    // Who is on trial waits for the verdict.
    const polled = share.polled.filter((id) => this.#refusals.get(id) !== null || !this.#isOnTrial(id))
    for (const id of polled) this.#coin(id).poll(feeds.get(id) ?? [])
    this.#poller.want(new Map(polled.map((id) => [id, this.#coin(id).knownUntil])))
    if (feeds.size > 0 || this.#lines.dexes > 0) this.#lines.want(share.streamed, dexes)
  }

  stateOf(id: InstrumentId): DataState {
    const coin = this.#coins.get(id)
    if (coin === undefined || coin.mode === 'off') return { kind: 'unwanted' }
    const refusal = this.#refusals.get(id)
    if (refusal !== null) return { kind: 'refused', why: refusal.why, until: refusal.until }
    if (coin.mode === 'poll') {
      return { kind: 'polled', readAt: this.#poller.readAt(id), everyMs: this.#poller.everyMs }
    }
    return { kind: coin.isLive ? 'live' : 'waiting' }
  }

  stop(): void {
    this.#check?.[Symbol.dispose]()
    this.#poller.stop()
    this.#trial.stop()
    this.#lines.stop()
    for (const coin of this.#coins.values()) coin.off()
  }

  /** Streams that there are for coins: what the budget of subscriptions has left and what is held of it already, less what the mids take. */
  #capacity(dexes: number): number {
    const { subscriptions, priority = 'normal' } = this.#parts
    const held = this.#lines.subscriptions + this.#trial.subscriptions
    return this.#lines.capacity(subscriptions.available(priority) + held, dexes)
  }

  #isTradable(id: InstrumentId): boolean {
    return this.#parts.instrument(id)?.status === 'trading'
  }

  #isOnTrial(id: InstrumentId): boolean {
    return this.#trial.isOnTrial(tradesOf(id))
  }

  #isLeftOut(id: InstrumentId): boolean {
    return this.#refusals.get(id) !== null || this.#isOnTrial(id)
  }

  /** One that was convicted is tried again after a while, where it can do no harm. */
  #retry(id: InstrumentId): void {
    const refused = this.#refusals.get(id) !== null
    if (refused && this.#refusals.isDue(id, this.#parts.listedAt())) this.#trial.retry(tradesOf(id))
  }

  #forget(coin: CoinFeed): void {
    coin.off()
    // Listed anew, it may be another thing.
    if (!this.#isTradable(coin.id)) coin.doubt()
  }

  #line(): StreamLine {
    return new StreamLine({
      ...this.#parts,
      onTrades: (data) => this.#onTrades(data),
      onText: (text) => this.#onText(text),
      onMids: (data) => this.#onMids(data),
      onSubscribed: (coin) => this.#coins.get(instrumentId(coin))?.subscribed(),
      onDown: (line, end) => this.#onDown(line, end),
      onNeverAnswered: (coin) => this.#convicted(coin, 'the venue never answers it'),
      onRefused: (channel, why, text) => {
        this.#malformed.add(channel, why)
        if (text !== null) this.#missed(coinInText(text))
      },
    })
  }

  #onText(text: string): boolean {
    const batches = scanTrades(text, this.#parts.clock.now() + FUTURE_MS)
    if (batches !== null) this.#onBatches(batches)
    return batches !== null
  }

  #onTrades(data: unknown): void {
    const frame = readTrades(data, this.#parts.clock.now() + FUTURE_MS)
    if (frame.ok) this.#onBatches(frame.batches)
    else {
      this.#malformed.add('trades', frame.why)
      this.#missed(frame.coin)
    }
  }

  #onBatches(batches: readonly TradeBatch[]): void {
    for (const { coin: name, trades } of batches) {
      const id = instrumentId(name)
      const coin = this.#coins.get(id)
      if (coin === undefined || coin.mode !== 'stream') continue
      if (!coin.isLive) this.#lines.of(id)?.onData(name)
      coin.onTrades(trades)
    }
  }

  /** Whatever a refused frame held of this coin is missing now. A frame that names no coin cannot be laid to anyone's charge. */
  #missed(coin: string | null): void {
    if (coin !== null) this.#coins.get(instrumentId(coin))?.missed()
  }

  #onMids(data: unknown): string | null {
    const followed = [...this.#coins.values()].filter(({ mode }) => mode !== 'off')
    const now = this.#parts.clock.now()
    const why = this.#mids.update(data, followed, now)
    if (why !== null) return why
    for (const coin of followed) {
      const price = coin.takesMarks ? this.#mids.price(coin.id) : null
      if (price !== null) coin.onMark(price, now)
    }
    return null
  }

  #onDown(line: StreamLine, { since, suspects, established }: LineEnd): void {
    for (const coin of established) this.#coins.get(instrumentId(coin))?.prove()
    for (const id of line.coins) this.#coins.get(id)?.interrupted(since)
    this.#oddDeaths = suspects.length === 0 ? 0 : this.#oddDeaths + 1
    const accused = this.#accused(suspects)
    if (accused.length === 0) return
    this.#oddDeaths = 0
    this.#parts.logger.warn('a connection died soon after subscriptions', {
      suspects: accused.length,
      coins: accused.slice(0, 20).map(({ subscription }) => subscription.coin),
    })
    this.#trial.accuse(accused)
    this.reconsider()
  }

  #accused(suspects: LineEnd['suspects']): LineEnd['suspects'] {
    if (this.#oddDeaths >= MANY_DEATHS) return suspects
    const isProven = (coin = '') => this.#coins.get(instrumentId(coin))?.isProven === true
    const unproven = suspects.filter(({ subscription }) => !isProven(subscription.coin))
    return this.#oddDeaths >= ODD_DEATHS || unproven.some(({ acknowledged }) => !acknowledged) ? unproven : []
  }

  #cleared(coins: readonly string[]): void {
    for (const coin of coins.map(instrumentId)) {
      this.#coins.get(coin)?.prove()
      this.#refusals.lift(coin)
    }
    this.reconsider()
  }

  #convicted(coin: string, why: string): void {
    this.#coins.get(instrumentId(coin))?.doubt()
    const { until, times } = this.#refusals.add(instrumentId(coin), why)
    this.#parts.logger.error('a coin is left out of the stream and polled', { coin, why, times, retryAt: until })
    this.reconsider()
  }

  /** Looks at everything that may have gone silent, and at what the budgets allow now. */
  #look(): void {
    const { clock, timing } = this.#parts
    const now = clock.now()
    this.#lines.check()
    const facts = { now, bounds: timing, mids: this.#mids, hasMids: this.#lines.haveMids }
    for (const coin of oddlySilent(this.#coins.values(), facts).slice(0, QUESTIONS)) this.#question(coin)
    const dexes = this.#lines.dexes
    if (this.#wanted.length > 0 && dexes > 0 && this.#capacity(dexes) !== this.#streams) this.reconsider()
    else for (const { instrument } of this.#wanted) this.#retry(instrument)
  }

  #question(coin: CoinFeed): void {
    const line = this.#lines.of(coin.id)
    const silentMs = this.#parts.clock.now() - coin.heardAt
    this.#parts.logger.warn('a stream is silent while its market moves', { coin: coin.id, silentMs })
    if (coin.muteTimes >= MUTE_TIMES) {
      line?.reconnect(`${coin.id} is mute again and again`)
      return
    }
    coin.question()
    line?.resubscribe(coin.id)
  }

  #coin(id: InstrumentId): CoinFeed {
    const known = this.#coins.get(id)
    if (known !== undefined) return known
    const { clock, timing, emit } = this.#parts
    const coin = new CoinFeed(id, { clock, replayMs: timing.ackMs, emit, pollEveryMs: () => this.#poller.everyMs })
    this.#coins.set(id, coin)
    return coin
  }
}
