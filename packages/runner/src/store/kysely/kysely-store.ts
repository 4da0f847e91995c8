import type { Bar, DecimalString, Instrument, Outcome, Timeframe, Trade, VenueKey } from '@portolan/core'
import type { Kysely } from 'kysely'
import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import type {
  BarQuery,
  Claim,
  ClosedTrade,
  FillBooking,
  IntentDeltaKey,
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
import { cursor, saveCursor } from './cursors.ts'
import { databaseError, isDuplicateIn } from './database-error.ts'
import { bookedFillIds, bookFills, fills } from './fills.ts'
import { instruments, saveInstruments } from './instruments.ts'
import { clearIntentDelta, intentDeltas, setIntentDelta } from './intent-deltas.ts'
import { intents, openIntents, story } from './intents.ts'
import { regimeReadings, saveClosedTrade, saveRegimeReading, tradeResults } from './learning.ts'
import { bars, pruneTrades, saveBars, saveTrades, trades } from './market-data.ts'
import { endIntent, markSubmitting, recordOutcome, sealOrder } from './orders.ts'
import { addPosition, positions, recordStep, setPaused, steps } from './positions.ts'
import type { Db } from './rows.ts'
import type { Database } from './schema.ts'
import { profitMarks, saveProfitMarks, saveTradingOrder, tradingOrders } from './trading-orders.ts'

export interface KyselyStoreOptions {
  /** Migrated and ready. The store owns it from here on. */
  readonly db: Kysely<Database>
  /** Names the database in errors; holds no password. */
  readonly place: string
  /** ms. */
  readonly now: () => number
  readonly claim: (name: string) => Promise<Claim>
  /** Called after every write, outside of its transaction; for a database that does not look after itself. */
  readonly afterWrite?: () => Promise<void>
  /** Called once the database is closed. */
  readonly afterClose?: () => void
}

/** The store in PostgreSQL or PGlite. */
export class KyselyStore implements Store {
  readonly #options: KyselyStoreOptions

  constructor(options: KyselyStoreOptions) {
    this.#options = options
  }

  async claim(name: string) {
    const { claim, place } = this.#options
    try {
      return await claim(name)
    } catch (error) {
      throw databaseError(error, `claim "${name}"`, place)
    }
  }

  saveInstruments(venue: VenueKey, source: Source, list: readonly Instrument[]) {
    return this.#write('save instruments', (trx, at) => saveInstruments(trx, { venue, source }, list, at))
  }

  instruments(venue: VenueKey, source: Source) {
    return this.#read('read instruments', (db) => instruments(db, venue, source))
  }

  saveTrades(series: SeriesRef, list: readonly Trade[]) {
    return this.#write('save trades', (trx) => saveTrades(trx, series, list))
  }

  trades(series: SeriesRef, from: number, to: number) {
    return this.#read('read trades', (db) => trades(db, series, from, to))
  }

  pruneTrades(before: number) {
    return this.#writeOnce('prune trades', (db) => pruneTrades(db, before))
  }

  saveBars(series: SeriesRef, timeframe: Timeframe, list: readonly Bar[]) {
    return this.#write('save bars', (trx) => saveBars(trx, series, timeframe, list))
  }

  bars(query: BarQuery) {
    return this.#read('read bars', (db) => bars(db, query))
  }

  positions(scope: Scope) {
    return this.#read('read positions', (db) => positions(db, scope))
  }

  addPosition(key: PositionKey, allocationUsd: DecimalString) {
    return this.#write('add a position', (trx) => addPosition(trx, key, allocationUsd))
  }

  setPaused(positionId: string, paused: boolean) {
    return this.#writeOnce('pause a position', (db) => setPaused(db, positionId, paused))
  }

  recordStep(step: StepRecord) {
    return this.#writeOnce('record a step', (db) => recordStep(db, step))
  }

  steps(positionId: string, limit: number) {
    return this.#read('read steps', (db) => steps(db, positionId, limit))
  }

  sealOrder(order: NewOrder) {
    return this.#write('store a sealed order', (trx, at) => sealOrder(trx, order, at))
  }

  markSubmitting(sealedId: string) {
    return this.#write('mark an order as submitting', (trx, at) => markSubmitting(trx, sealedId, at))
  }

  recordOutcome(sealedId: string, outcome: Outcome) {
    return this.#write('record an outcome', (trx, at) => recordOutcome(trx, sealedId, outcome, at))
  }

  endIntent(intentId: string, state: 'skipped' | 'not-sent' | 'abandoned', reason: string) {
    return this.#write('end an intent', (trx, at) => endIntent(trx, intentId, { state, reason }, at))
  }

  openIntents(scope: Scope) {
    return this.#read('read open intents', (db) => openIntents(db, scope))
  }

  bookFills(booking: FillBooking): Promise<'booked' | 'already-booked'> {
    return this.#write(
      'book fills',
      (trx, at) => bookFills(trx, booking, at),
      (error) => (isDuplicateIn(error, 'fills') ? 'already-booked' : undefined),
    )
  }

  bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]) {
    return this.#read('read booked fills', (db) => bookedFillIds(db, { scope, venue, label }, ids))
  }

  fills(positionId: string) {
    return this.#read('read fills', (db) => fills(db, positionId))
  }

  cursor(scope: Scope, venue: VenueKey, label: string, name: string) {
    return this.#read('read a cursor', (db) => cursor(db, { scope, venue, label, name }))
  }

  saveCursor(scope: Scope, venue: VenueKey, label: string, name: string, value: string) {
    return this.#writeOnce('save a cursor', (db, at) => saveCursor(db, { scope, venue, label, name }, value, at))
  }

  saveRegimeReading(reading: RegimeReading) {
    return this.#writeOnce('save a regime reading', (db) => saveRegimeReading(db, reading))
  }

  regimeReadings(scope: Scope, venue: VenueKey, driver: string, timeframe: Timeframe, limit: number) {
    return this.#read('read regime readings', (db) => regimeReadings(db, { scope, venue, driver, timeframe, limit }))
  }

  saveClosedTrade(positionId: string, trade: ClosedTrade) {
    return this.#write('save a closed trade', (trx) => saveClosedTrade(trx, positionId, trade))
  }

  tradeResults(scope: Scope, venue: VenueKey, timeframe: Timeframe, pattern: string, limit: number) {
    return this.#read('read trade results', (db) => tradeResults(db, { scope, venue, timeframe, pattern, limit }))
  }

  setIntentDelta(delta: NewIntentDelta) {
    return this.#writeOnce('set an intent delta', (db, at) => setIntentDelta(db, delta, at))
  }

  clearIntentDelta(of: IntentDeltaKey) {
    return this.#writeOnce('clear an intent delta', (db) => clearIntentDelta(db, of))
  }

  intentDeltas(scope: Scope) {
    return this.#read('read intent deltas', (db) => intentDeltas(db, scope))
  }

  saveTradingOrder(order: TradingOrder) {
    return this.#writeOnce('save a trading order', (db) => saveTradingOrder(db, order))
  }

  tradingOrders(scope: Scope) {
    return this.#read('read trading orders', (db) => tradingOrders(db, scope))
  }

  saveProfitMarks(scope: Scope, marks: ProfitMarks) {
    return this.#writeOnce('save profit marks', (db) => saveProfitMarks(db, scope, marks))
  }

  profitMarks(scope: Scope) {
    return this.#read('read profit marks', (db) => profitMarks(db, scope))
  }

  story(intentId: string) {
    return this.#read('read an intent', (db) => story(db, intentId))
  }

  intents(scope: Scope | null, limit: number) {
    return this.#read('read intents', (db) => intents(db, scope, limit))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#options.db.destroy()
    } finally {
      this.#options.afterClose?.()
    }
  }

  async #read<T>(doing: string, run: (db: Db) => Promise<T>): Promise<T> {
    try {
      return await run(this.#options.db)
    } catch (error) {
      throw databaseError(error, doing, this.#options.place)
    }
  }

  /** In a transaction. */
  #write<T>(
    doing: string,
    run: (trx: Db, at: number) => Promise<T>,
    expected?: (error: unknown) => T | undefined,
  ): Promise<T> {
    const { db } = this.#options
    return this.#writeOnce(doing, (_, at) => db.transaction().execute((trx) => run(trx, at)), expected)
  }

  /** In one statement, which is a transaction by itself. `expected` turns an error that is an answer into it. */
  async #writeOnce<T>(
    doing: string,
    run: (db: Db, at: number) => Promise<T>,
    expected: (error: unknown) => T | undefined = () => undefined,
  ): Promise<T> {
    const { db, now, place, afterWrite } = this.#options
    try {
      const result = await run(db, now())
      await afterWrite?.()
      return result
    } catch (error) {
      const result = expected(error)
      if (result !== undefined) return result
      throw databaseError(error, doing, place)
    }
  }
}
