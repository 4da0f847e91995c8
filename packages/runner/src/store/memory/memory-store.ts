import type { Bar, DecimalString, Instrument, Outcome, Timeframe, Trade, VenueKey } from '@portolan/core'
import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import { accountsMixed } from '../refusals.ts'
import { isSameAccount } from '../same-account.ts'
import type {
  AccountKey,
  BarQuery,
  ChargeKind,
  ClosedTrade,
  Fence,
  FillBooking,
  IntentDeltaKey,
  IntentStory,
  LatePlan,
  NewIntentDelta,
  NewOrder,
  OutcomeOptions,
  PositionKey,
  PruneRequest,
  RegimeReading,
  Scope,
  SeriesRef,
  Source,
  StepRecord,
  Store,
  TriedEnd,
  UnsentEnd,
} from '../store.ts'
import { MemoryCharges } from './memory-charges.ts'
import { MemoryFences } from './memory-fences.ts'
import { MemoryFills } from './memory-fills.ts'
import { MemoryIntentDeltas } from './memory-intent-deltas.ts'
import { MemoryLearning } from './memory-learning.ts'
import { MemoryMarket } from './memory-market.ts'
import { MemoryOrders } from './memory-orders.ts'
import { MemoryPositions } from './memory-positions.ts'
import { MemoryTradingOrders } from './memory-trading-orders.ts'

export interface MemoryStoreOptions {
  /** ms; what rows are stamped with. Default: the wall clock. */
  readonly now?: () => number
  /** Keeps every step for `steps` and `story`; a backtest writes them to a file and needs them no more. Default `false`. */
  readonly keepSteps?: boolean
}

/** Makes a store that lives as long as the process: for backtests and tests. Values are kept by reference. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options)
}

class MemoryStore implements Store {
  readonly #fences = new MemoryFences()
  readonly #market = new MemoryMarket()
  readonly #learning = new MemoryLearning()
  readonly #fills = new MemoryFills()
  readonly #charges = new MemoryCharges()
  readonly #trading = new MemoryTradingOrders()
  readonly #positions: MemoryPositions
  readonly #orders: MemoryOrders
  readonly #deltas: MemoryIntentDeltas

  constructor({ now = Date.now, keepSteps = false }: MemoryStoreOptions) {
    this.#positions = new MemoryPositions(keepSteps)
    this.#orders = new MemoryOrders(now)
    this.#deltas = new MemoryIntentDeltas(now)
  }

  async claim(account: AccountKey) {
    return this.#fences.claim(account)
  }

  async saveInstruments(venue: VenueKey, source: Source, instruments: readonly Instrument[]) {
    this.#market.saveInstruments(venue, source, instruments)
  }

  async instruments(venue: VenueKey, source: Source) {
    return this.#market.instruments(venue, source)
  }

  async saveTrades(series: SeriesRef, trades: readonly Trade[]) {
    this.#market.saveTrades(series, trades)
  }

  async trades(series: SeriesRef, from: number, to: number) {
    return this.#market.trades(series, from, to)
  }

  async prune({ table, before }: PruneRequest) {
    switch (table) {
      case 'trades':
        return this.#market.pruneTrades(before)
      case 'steps':
        return this.#positions.pruneSteps(before)
      case 'regime-readings':
        return this.#learning.pruneRegimeReadings(before)
    }
  }

  async saveBars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[], fence?: Fence | null) {
    if (fence != null) this.#fences.hold(fence, fence)
    this.#market.saveBars(series, timeframe, bars)
  }

  async bars(query: BarQuery) {
    return this.#market.bars(query)
  }

  async positions(scope: Scope) {
    return this.#positions.ofScope(scope)
  }

  async addPosition(key: PositionKey, allocationUsd: DecimalString) {
    return this.#positions.add(key, allocationUsd)
  }

  async setPaused(positionId: string, paused: boolean) {
    this.#positions.setPaused(positionId, paused)
  }

  async recordStep(step: StepRecord, fence?: Fence | null) {
    const position = this.#positions.get(step.positionId)
    this.#fences.hold(fence, position)
    if (position.lastBarTs !== null && position.lastBarTs >= step.barTs) return 'already-recorded' as const
    if (step.intent !== null) this.#orders.addIntent(position, step.barTs, step.at, step.intent)
    this.#positions.recordStep(step)
    return 'recorded' as const
  }

  async recordPlan({ positionId, barTs, at, intent, ordered = false }: LatePlan, fence?: Fence | null) {
    const position = this.#positions.get(positionId)
    this.#fences.hold(fence, position)
    if (!ordered && position.lastBarTs !== barTs) return 'not-last' as const
    if (this.#orders.isPlanned(positionId, barTs)) return 'already-planned' as const
    this.#orders.addIntent(position, barTs, at, intent)
    this.#positions.planLate(positionId, barTs, intent.id)
    return 'recorded' as const
  }

  async steps(positionId: string, limit: number) {
    return this.#positions.steps(positionId, limit)
  }

  async sealOrder(order: NewOrder, fence?: Fence | null) {
    this.#fences.hold(fence, this.#orders.accountOf({ intent: order.intentId }))
    this.#orders.seal(order)
  }

  async markSubmitting(sealedId: string, fence?: Fence | null) {
    this.#fences.hold(fence, this.#orders.accountOf({ order: sealedId }))
    this.#orders.markSubmitting(sealedId)
  }

  async recordOutcome(sealedId: string, outcome: Outcome, options: OutcomeOptions = {}, fence?: Fence | null) {
    const account = this.#orders.accountOf({ order: sealedId })
    this.#fences.hold(fence, account)
    if (this.#orders.isFinal(sealedId)) return 'already-final' as const
    const { retry = false, booking } = options
    // A cost that is booked already stays as it is; what became of the order is written all the same.
    if (booking !== undefined) this.#book(account, [booking])
    return this.#orders.recordOutcome(sealedId, outcome, retry)
  }

  async endIntent(intentId: string, state: UnsentEnd | TriedEnd, reason: string, fence?: Fence | null) {
    this.#fences.hold(fence, this.#orders.accountOf({ intent: intentId }))
    this.#orders.end(intentId, state, reason)
  }

  async openIntents(scope: Scope) {
    return this.#orders.open(scope)
  }

  async findOrders(account: AccountKey, ids: readonly string[]) {
    return this.#orders.withIds(account, ids)
  }

  bookFills(booking: FillBooking, fence?: Fence | null) {
    return this.bookShares([booking], fence)
  }

  async bookShares(bookings: readonly FillBooking[], fence?: Fence | null) {
    const [first] = bookings
    if (first === undefined) return 'booked' as const
    const account = this.#positions.get(first.positionId)
    this.#fences.hold(fence, account)
    return this.#book(account, bookings)
  }

  /** Books all of them or none. */
  #book(account: AccountKey, bookings: readonly FillBooking[]): 'booked' | 'already-booked' {
    for (const { positionId, intentId } of bookings) {
      if (!isSameAccount(this.#positions.get(positionId), account)) throw accountsMixed()
      if (intentId !== null) this.#orders.expectIntentOf(positionId, intentId)
    }
    const known = this.#fills.anyBooked(account, bookings)
    if (this.#charges.anyBooked(account, bookings) || known) return 'already-booked'
    for (const { positionId, intentId, fills, charges = [], amounts, state, status, closedTrade } of bookings) {
      const position = this.#positions.get(positionId)
      this.#fills.book(position, intentId, fills)
      this.#charges.book(position, charges)
      this.#positions.book(positionId, amounts, { state, status })
      if (closedTrade != null) this.#learning.saveClosedTrade(position, closedTrade)
    }
    return 'booked'
  }

  async bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]) {
    return this.#fills.bookedIds(scope, venue, label, ids)
  }

  async fills(positionId: string) {
    return this.#fills.of(positionId)
  }

  async bookedChargeIds(account: AccountKey, kind: ChargeKind, ids: readonly string[]) {
    return this.#charges.bookedIds(account, kind, ids)
  }

  async charges(positionId: string) {
    return this.#charges.of(positionId)
  }

  async cursor(scope: Scope, venue: VenueKey, label: string, name: string) {
    return this.#learning.cursor(scope, venue, label, name)
  }

  async saveCursor(scope: Scope, venue: VenueKey, label: string, name: string, value: string) {
    this.#learning.saveCursor(scope, venue, label, name, value)
  }

  async saveRegimeReading(reading: RegimeReading) {
    this.#learning.saveRegimeReading(reading)
  }

  async regimeReadings(scope: Scope, venue: VenueKey, driver: string, timeframe: Timeframe, limit: number) {
    return this.#learning.regimeReadings(scope, venue, driver, timeframe, limit)
  }

  async saveClosedTrade(positionId: string, trade: ClosedTrade) {
    this.#learning.saveClosedTrade(this.#positions.get(positionId), trade)
  }

  async tradeResults(scope: Scope, venue: VenueKey, timeframe: Timeframe, pattern: string, limit: number) {
    return this.#learning.tradeResults(scope, venue, timeframe, pattern, limit)
  }

  async setIntentDelta(delta: NewIntentDelta) {
    this.#deltas.set(delta)
  }

  async clearIntentDelta(of: IntentDeltaKey) {
    return this.#deltas.clear(of)
  }

  async intentDeltas(scope: Scope) {
    return this.#deltas.of(scope)
  }

  async pastIntentDeltas(scope: Scope, from: number, to: number) {
    return this.#deltas.past(scope, { from, to })
  }

  async saveTradingOrder(order: TradingOrder) {
    this.#trading.save(order)
  }

  async tradingOrders(scope: Scope) {
    return this.#trading.of(scope)
  }

  async saveProfitMarks(scope: Scope, marks: ProfitMarks) {
    this.#trading.saveMarks(scope, marks)
  }

  async profitMarks(scope: Scope) {
    return this.#trading.marksOf(scope)
  }

  async story(idOrBeginning: string): Promise<IntentStory | null> {
    const intent = this.#orders.find(idOrBeginning)
    if (intent === null) return null
    return {
      intent,
      position: { ...this.#positions.get(intent.positionId) },
      step: this.#positions.step(intent.positionId, intent.barTs),
      orders: this.#orders.ordersOf(intent.id),
      orderSteps: this.#orders.stepsOf(intent.id),
      charges: this.#costsOf(intent.id, intent.positionId),
      fills: this.#fills.of(intent.positionId).filter((fill) => fill.intentId === intent.id),
    }
  }

  #costsOf(intentId: string, positionId: string) {
    const orders = new Set(this.#orders.ordersOf(intentId).map(({ id }) => id))
    return this.#charges.of(positionId).filter(({ kind, id }) => kind === 'order-cost' && orders.has(id))
  }

  async intents(scope: Scope | null, limit: number) {
    return this.#orders.newest(scope, limit)
  }

  async [Symbol.asyncDispose]() {}
}
