import type {
  Bar,
  HistoryRequest,
  Instrument,
  InstrumentId,
  Subscription,
  TradeGate,
  Venue,
  VenueContext,
} from '@portolan/core'
import { VenueError } from '@portolan/core'
import { MinimalAccount } from './account.ts'
import { barsBetween, COIN, printedPrice } from './market.ts'

/** What the config may say; see the schema in index.ts. */
export interface MinimalOptions {
  readonly price: number
  readonly tradeEveryMs: number
}

export class MinimalVenue implements Venue {
  readonly #context: VenueContext<MinimalOptions>
  readonly execution: MinimalAccount
  readonly account: MinimalAccount
  readonly marketData = {
    want: (subscriptions: readonly Subscription[]) => this.#want(subscriptions),
    history: (request: HistoryRequest) => this.#history(request),
  }
  #wanted: readonly Subscription[] = []
  #timer: Disposable | null = null

  constructor(context: VenueContext<MinimalOptions>) {
    this.#context = context
    const { clock, options } = context
    this.account = new MinimalAccount(
      () => clock.now(),
      () => printedPrice(options.price, clock.now()),
    )
    this.execution = this.account
  }

  async start(): Promise<void> {
    const { clock, options } = this.#context
    this.#timer = clock.every(options.tradeEveryMs, () => this.#print())
  }

  async instruments(): Promise<readonly Instrument[]> {
    return [COIN]
  }

  canTradeNow(instrument: InstrumentId): TradeGate {
    if (instrument === COIN.id) return { state: 'open' }
    const message = `this venue trades ${COIN.id} only`
    return { state: 'closed', reason: 'unknown-instrument', message, changesAt: null }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]()
  }

  #want(subscriptions: readonly Subscription[]): void {
    const before = this.#wanted
    this.#wanted = subscriptions
    const at = this.#context.clock.now()
    for (const { instrument, feed } of subscriptions) {
      if (before.some((known) => known.instrument === instrument && known.feed === feed)) continue
      this.#context.emit({ type: 'feed-status', instrument, feeds: [feed], status: { kind: 'live' }, at })
    }
  }

  async #history({ instrument, timeframe, from, to }: HistoryRequest): Promise<readonly Bar[]> {
    if (instrument !== COIN.id) throw new VenueError('unknown-instrument', `there is no ${instrument} here`)
    return barsBetween(this.#context.options.price, timeframe, from, Math.min(to, this.#context.clock.now()))
  }

  #print(): void {
    const feeds = this.#wanted.filter(({ instrument }) => instrument === COIN.id).map(({ feed }) => feed)
    if (feeds.length === 0) return
    const ts = this.#context.clock.now()
    const price = printedPrice(this.#context.options.price, ts)
    const trade = { id: String(ts), ts, price, quantity: COIN.sizing.quantityStep, side: null }
    this.#context.emit({ type: 'trades', instrument: COIN.id, feeds, trades: [trade] })
  }
}
