import type { Bar, DecimalString, Instrument, Outcome, Timeframe, Trade, VenueKey } from '@portolan/core'
import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import { LocalClaims } from '../local-claims.ts'
import type {
  BarQuery,
  ClosedTrade,
  FillBooking,
  IntentDeltaKey,
  IntentStory,
  NewIntentDelta,
  NewOrder,
  PositionKey,
  RegimeReading,
  Scope,
  SeriesRef,
  Source,
  StepRecord,
  Store,
} from '../store.ts'
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
  readonly #claims = new LocalClaims('the store in memory')
  readonly #market = new MemoryMarket()
  readonly #learning = new MemoryLearning()
  readonly #fills = new MemoryFills()
  readonly #trading = new MemoryTradingOrders()
  readonly #positions: MemoryPositions
  readonly #orders: MemoryOrders
  readonly #deltas: MemoryIntentDeltas

  constructor({ now = Date.now, keepSteps = false }: MemoryStoreOptions) {
    this.#positions = new MemoryPositions(keepSteps)
    this.#orders = new MemoryOrders(now)
    this.#deltas = new MemoryIntentDeltas(now)
  }

  async claim(name: string) {
    return this.#claims.claim(name)
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

  async pruneTrades(before: number) {
    return this.#market.pruneTrades(before)
  }

  async saveBars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[]) {
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

  async recordStep(step: StepRecord) {
    const position = this.#positions.get(step.positionId)
    if (position.lastBarTs !== null && position.lastBarTs >= step.barTs) return 'already-recorded' as const
    if (step.intent !== null) this.#orders.addIntent(position, step.barTs, step.at, step.intent)
    this.#positions.recordStep(step)
    return 'recorded' as const
  }

  async steps(positionId: string, limit: number) {
    return this.#positions.steps(positionId, limit)
  }

  async sealOrder(order: NewOrder) {
    this.#orders.seal(order)
  }

  async markSubmitting(sealedId: string) {
    this.#orders.markSubmitting(sealedId)
  }

  async recordOutcome(sealedId: string, outcome: Outcome) {
    return this.#orders.recordOutcome(sealedId, outcome)
  }

  async endIntent(intentId: string, state: 'skipped' | 'not-sent' | 'abandoned', reason: string) {
    this.#orders.end(intentId, state, reason)
  }

  async openIntents(scope: Scope) {
    return this.#orders.open(scope)
  }

  async bookFills({ positionId, intentId, fills, amounts, state, status, closedTrade }: FillBooking) {
    const position = this.#positions.get(positionId)
    if (intentId !== null) this.#orders.expectIntentOf(positionId, intentId)
    const result = this.#fills.book(position, intentId, fills)
    if (result === 'already-booked') return result
    this.#positions.book(positionId, amounts, { state, status })
    if (closedTrade != null) this.#learning.saveClosedTrade(position, closedTrade)
    return result
  }

  async bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]) {
    return this.#fills.bookedIds(scope, venue, label, ids)
  }

  async fills(positionId: string) {
    return this.#fills.of(positionId)
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
      fills: this.#fills.of(intent.positionId).filter((fill) => fill.intentId === intent.id),
    }
  }

  async intents(scope: Scope | null, limit: number) {
    return this.#orders.newest(scope, limit)
  }

  async [Symbol.asyncDispose]() {}
}
