import type {
  Account,
  DecimalString,
  Execution,
  Fill,
  FundingPayment,
  InstrumentId,
  OpenOrder,
  OrderRequest,
  Outcome,
  SealedOrder,
  SignalModel,
  Signals,
  Timeframe,
  TradeGate,
  VenueEvent,
} from '@portolan/core'
import {
  decimalFrom,
  definePmConfig,
  Exact,
  instrumentId,
  parseDecimal,
  resolveCapabilities,
  universalModels,
} from '@portolan/core'
import { HistoricalVenue } from '../../src/history/historical-venue.ts'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { Engine } from '../../src/loop/engine.ts'
import type { EngineOptions } from '../../src/loop/engine-options.ts'
import type { RunnerEvent } from '../../src/loop/snapshot.ts'
import type { TradingVenue } from '../../src/loop/trading-venue.ts'
import { DEFAULT_PATIENCE } from '../../src/reconciler/index.ts'
import { VirtualClock } from '../../src/services/index.ts'
import type { PositionRow, Store } from '../../src/store/store.ts'
import { HOUR, instrument, VENUE } from '../store/behaviour/samples.ts'

export const BTC = instrumentId('BTC')
export const SCOPE = 'live@test'
export const START = Date.UTC(2026, 0, 1)
export const amount = (text: string): DecimalString => parseDecimal(text)

/** The volume of a bar says what its signals are: they are the test's, everything after them is the real thing. */
export const SIGNAL = { quiet: 1, buy: 2, exit: 3 } as const

const SCRIPTED: SignalModel = {
  create: () => ({ bars: 0 }),
  advance: (state, bar) => {
    const counting = state as { bars: number }
    counting.bars += 1
    const none = { buySignal: false, trimFlag: false, emergencyExit: false, reclaimed: false }
    const exitPosition = bar.volume === SIGNAL.exit
    const signals: Signals = {
      ts: bar.ts,
      close: bar.close,
      atr: 2,
      rsi: 50,
      adx: 20,
      ema: { ema20: 100, ema30: 100, ema60: 100, ema144: 100, ema250: 100, ema333: 100 },
      state: exitPosition ? 'S0' : 'S2',
      prevState: 'S2',
      transition: null,
      flags: { ...none, buyFlag: bar.volume === SIGNAL.buy, exitPosition },
      exitReason: exitPosition ? 'bearish_order' : null,
      scores: { ts: 0.5, edx: null, ox: null, dx: null },
      trimLevel: null,
      margins: {
        exit: null,
        emergency: null,
        reclaim: null,
        distance: null,
        slope: null,
        strength: null,
        discount: null,
        overextension: null,
        level: null,
      },
    }
    return { signals, bars: counting.bars }
  },
  save: (state) => ({ ...(state as { readonly bars: number }) }),
  restore: (saved) => ({ ...(saved as { readonly bars: number }) }),
}

/** What an order comes to: decided by the test when it is sent. */
export type Answer = (order: OrderRequest, sealed: SealedOrder, at?: number) => Outcome

let fills = 0

/** Executes all, or a part, of an order at its limit. */
export function fillPart(part: number): Answer {
  return (order, sealed, at = START) => {
    const quantity = decimalFrom(new Exact(order.quantity).mul(part).toDecimalPlaces(5, Exact.ROUND_DOWN))
    fills += 1
    const fill: Fill = {
      id: `f${fills}`,
      orderId: `oid-${sealed.id}`,
      sealedId: sealed.id,
      instrument: order.instrument,
      side: order.side,
      price: order.limitPrice,
      quantity,
      fee: { in: 'quote', amount: amount('0.01') },
      at,
    }
    const kind = part === 1 ? 'filled' : 'partial'
    return { kind, orderId: fill.orderId, filled: quantity, averagePrice: fill.price, fills: [fill] }
  }
}

/** An account at a venue of which the test says everything. What orders execute changes what is held. */
export class ScriptedVenue {
  readonly sent: OrderRequest[] = []
  readonly lookedUp: string[] = []
  readonly cancelled: string[] = []
  answers: Answer[] = []
  /** What `lookup` and `cancel` tell. */
  told: Outcome = { kind: 'unknown', message: 'nobody knows' }
  cancelTold: Outcome = { kind: 'expired', cause: 'cancelled', message: 'cancelled' }
  gate: TradeGate = { state: 'open' }
  held = new Map<InstrumentId, Exact>()
  openOrders: OpenOrder[] = []
  history: Fill[] = []
  payments: FundingPayment[] = []
  balances: { readonly asset: string; readonly total: DecimalString; readonly available: DecimalString }[] = []
  unreadable = false
  /** Venue time of what is executed, ms. */
  now: () => number = () => START

  readonly execution: Execution = {
    prepare: async (request) => ({
      id: `s-${request.intentId}`,
      instrument: request.instrument,
      expiresAt: null,
      payload: { ...request },
    }),
    submit: async (sealed) => {
      const request = sealed.payload as unknown as OrderRequest
      this.sent.push(request)
      const outcome = (this.answers.shift() ?? fillPart(1))(request, sealed, this.now())
      if ('fills' in outcome) this.#take(outcome.fills ?? [])
      return outcome
    },
    lookup: async (sealed) => {
      this.lookedUp.push(sealed.id)
      return this.told
    },
    cancel: async (sealed) => {
      this.cancelled.push(sealed.id)
      return this.cancelTold
    },
  }

  readonly account: Account = {
    balances: async () => this.#read(this.balances),
    positions: async () =>
      this.#read(
        [...this.held].map(([of, held]) => ({ instrument: of, quantity: decimalFrom(held), averageEntry: null })),
      ),
    openOrders: async () => this.#read(this.openOrders),
    fills: async (cursor) => ({
      fills: this.#read(this.history).slice(Number(cursor ?? 0)),
      cursor: String(this.history.length),
    }),
    funding: async (cursor) => ({
      payments: this.#read(this.payments).slice(Number(cursor ?? 0)),
      cursor: String(this.payments.length),
    }),
  }

  /** Something that the account did, or that was done to it, without an order of ours. */
  happens(fill: Partial<Fill> & Pick<Fill, 'side' | 'quantity'>): Fill {
    fills += 1
    const whole: Fill = {
      id: `x${fills}`,
      orderId: `theirs-${fills}`,
      sealedId: null,
      instrument: BTC,
      price: amount('90'),
      fee: { in: 'quote', amount: amount('0.03') },
      at: START + 400 * HOUR,
      ...fill,
    }
    this.#take([whole])
    return whole
  }

  #take(list: readonly Fill[]): void {
    for (const { instrument: of, side, quantity } of list) {
      const held = this.held.get(of) ?? new Exact(0)
      this.held.set(of, side === 'buy' ? held.plus(quantity) : held.minus(quantity))
    }
    this.history.push(...list)
  }

  #read<T>(value: T): T {
    if (this.unreadable) throw new Error('503')
    return value
  }
}

/** The loop over a scripted account, in a time that the test moves. */
export class ScriptedRun implements AsyncDisposable {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly events: RunnerEvent[] = []
  readonly #venue: TradingVenue

  constructor(store: Store, scripted: ScriptedVenue, options: Partial<EngineOptions> & { readonly at?: number } = {}) {
    const { at = START, ...rest } = options
    this.clock = new VirtualClock(at)
    const venue = new HistoricalVenue([instrument('BTC'), instrument('ETH', { collateral: 'x:USDC' })])
    this.#venue = {
      key: VENUE,
      label: 'default',
      name: 'scripted',
      network: { name: 'test', simulated: true },
      source: 'test',
      capabilities: resolveCapabilities({ trades: false, bars: ['1h', '4h'], cancel: true, reduceOnly: true }),
      venue: Object.assign(venue, { canTradeNow: () => scripted.gate }),
      execution: scripted.execution,
      account: scripted.account,
      dryRun: false,
      prices: null,
    }
    const only = this.#venue
    this.engine = new Engine({
      mode: 'live',
      store,
      clock: this.clock,
      logger: silentLogger,
      venues: {
        all: [only],
        forPosition: () => ({ execution: only, data: only }),
        dataOf: () => ({ problem: 'no majors' }),
      },
      scopeOf: () => SCOPE,
      pm: {
        config: definePmConfig({}),
        models: { ...universalModels, signals: SCRIPTED },
        fixedA: 0.9,
        fixedE: 0.5,
        learning: false,
      },
      bars: { graceMs: 0, historyBars: 1 },
      majors: null,
      patience: DEFAULT_PATIENCE,
      upkeep: null,
      onEvent: (event) => this.events.push(event),
      ...rest,
    })
  }

  static async start(
    store: Store,
    venue: ScriptedVenue,
    options: Partial<EngineOptions> & { readonly at?: number } = {},
  ): Promise<ScriptedRun> {
    const run = new ScriptedRun(store, venue, options)
    await run.engine.start()
    await run.rest()
    return run
  }

  /** Lets an hour pass, and closes its bar. */
  async bar(signal: number, close = 100, timeframe: Timeframe = '1h'): Promise<void> {
    const length = timeframe === '4h' ? 4 * HOUR : HOUR
    const ts = Math.floor(this.clock.now() / length) * length
    await this.clock.advanceTo(ts + length)
    const bar = { ts, open: close, high: close, low: close, close, volume: signal }
    this.engine.setPrice(this.#venue, BTC, amount(String(close)))
    this.tell({ type: 'bars', instrument: BTC, feeds: ['trading'], timeframe, bars: [bar] })
    this.engine.tick()
    await this.rest()
  }

  /** Lets time pass, ms. */
  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= Math.min(left, 250)) {
      await this.clock.advanceBy(Math.min(left, 250))
      this.engine.tick()
      await this.rest()
    }
  }

  tell(event: VenueEvent): void {
    this.engine.receive(this.#venue, event)
  }

  async rest(): Promise<void> {
    await this.clock.advanceBy(0)
    await this.engine.idle()
  }

  reconcile(): Promise<void> {
    const [runtime] = this.engine.runtimes
    return runtime?.reconcile() ?? Promise.resolve()
  }

  gate() {
    return this.engine.runtimes[0]?.gate(BTC, this.clock.now()).state
  }

  get warnings(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
  }

  get rows(): readonly PositionRow[] {
    return this.engine.positions.flatMap(({ actor }) => actor?.row ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop()
  }
}

/** A position of 1,000 USD. */
export function addScripted(store: Store, timeframe: Timeframe = '1h'): Promise<PositionRow> {
  const key = { scope: SCOPE, venue: VENUE, label: 'default', instrument: BTC, timeframe }
  return store.addPosition(key, amount('1000'))
}
