import type { Bar, DecimalString, Instrument, Outcome, Timeframe, Trade, VenueKey } from '@portolan/core'
import type { Kysely } from 'kysely'
import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import { accountName } from '../ledger.ts'
import type { Lock } from '../local-claims.ts'
import type {
  AccountKey,
  BarQuery,
  ChargeKind,
  Claim,
  ClosedTrade,
  Fence,
  FillBooking,
  IntentDeltaKey,
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
import { StoreError } from '../store-error.ts'
import { charges, chargesBooked } from './charges.ts'
import { cursor, saveCursor } from './cursors.ts'
import { databaseError, isDuplicateIn } from './database-error.ts'
import { nextToken } from './fences.ts'
import { bookedFillIds, bookShares, fills } from './fills.ts'
import { instruments, saveInstruments } from './instruments.ts'
import { clearIntentDelta, intentDeltas, pastIntentDeltas, setIntentDelta } from './intent-deltas.ts'
import { intents, openIntents, story } from './intents.ts'
import { regimeReadings, saveClosedTrade, saveRegimeReading, tradeResults } from './learning.ts'
import { bars, saveBars, saveTrades, trades } from './market-data.ts'
import { endIntent, findOrders, markSubmitting, recordOutcome, sealOrder } from './orders.ts'
import { addPosition, positions, recordPlan, recordStep, setPaused, steps } from './positions.ts'
import { prune } from './prune.ts'
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
  /** Takes a name for this process alone. */
  readonly lock: (name: string) => Promise<Lock>
  /** Called after every write, outside of its transaction; for a database that does not look after itself. */
  readonly afterWrite?: () => Promise<void>
  /** Called once the database is closed. */
  readonly afterClose?: () => void
}

/** The store in PostgreSQL or PGlite. */
export class KyselyStore implements Store {
  readonly #options: KyselyStoreOptions
  /** What ends a claim of this store once a write says that it is not the newest any more. */
  readonly #claims = new Map<string, AbortController>()

  constructor(options: KyselyStoreOptions) {
    this.#options = options
  }

  async claim(account: AccountKey): Promise<Claim> {
    const { lock, place, db, now } = this.#options
    const name = accountName(account)
    try {
      const held = await lock(name)
      try {
        const token = await nextToken(db, account, now())
        const fenced = new AbortController()
        const key = `${name} ${token}`
        this.#claims.set(key, fenced)
        return {
          fence: { scope: account.scope, venue: account.venue, label: account.label, token },
          lost: AbortSignal.any([held.lost, fenced.signal]),
          [Symbol.asyncDispose]: async () => {
            this.#claims.delete(key)
            await held[Symbol.asyncDispose]()
          },
        }
      } catch (error) {
        await held[Symbol.asyncDispose]()
        throw error
      }
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

  prune(request: PruneRequest) {
    return this.#writeOnce(`prune ${request.table}`, (db) => prune(db, request))
  }

  saveBars(series: SeriesRef, timeframe: Timeframe, list: readonly Bar[], fence?: Fence | null) {
    return this.#write('save bars', (trx) => saveBars(trx, series, timeframe, list, fence))
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

  recordStep(step: StepRecord, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#writeOnce('record a step', (db) => recordStep(db, step, fence)),
    )
  }

  recordPlan(plan: LatePlan, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#write('record a plan', (trx) => recordPlan(trx, plan, fence)),
    )
  }

  steps(positionId: string, limit: number) {
    return this.#read('read steps', (db) => steps(db, positionId, limit))
  }

  sealOrder(order: NewOrder, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#write('store a sealed order', (trx, at) => sealOrder(trx, order, at, fence)),
    )
  }

  markSubmitting(sealedId: string, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#write('mark an order as submitting', (trx, at) => markSubmitting(trx, sealedId, at, fence)),
    )
  }

  recordOutcome(sealedId: string, outcome: Outcome, options: OutcomeOptions = {}, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#write('record an outcome', (trx, at) => recordOutcome(trx, sealedId, outcome, options, at, fence)),
    )
  }

  endIntent(intentId: string, state: UnsentEnd | TriedEnd, reason: string, fence?: Fence | null) {
    return this.#fenced(
      fence,
      this.#write('end an intent', (trx, at) => endIntent(trx, intentId, { state, reason }, at, fence)),
    )
  }

  openIntents(scope: Scope) {
    return this.#read('read open intents', (db) => openIntents(db, scope))
  }

  findOrders(account: AccountKey, ids: readonly string[]) {
    return this.#read('look for orders', (db) => findOrders(db, account, ids))
  }

  bookFills(booking: FillBooking, fence?: Fence | null) {
    return this.bookShares([booking], fence)
  }

  bookShares(bookings: readonly FillBooking[], fence?: Fence | null): Promise<'booked' | 'already-booked'> {
    return this.#fenced(
      fence,
      this.#write(
        'book fills',
        (trx, at) => bookShares(trx, bookings, at, fence),
        (error) => (isDuplicateIn(error, 'fills') || isDuplicateIn(error, 'charges') ? 'already-booked' : undefined),
      ),
    )
  }

  bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]) {
    return this.#read('read booked fills', (db) => bookedFillIds(db, { scope, venue, label }, ids))
  }

  fills(positionId: string) {
    return this.#read('read fills', (db) => fills(db, positionId))
  }

  bookedChargeIds(account: AccountKey, kind: ChargeKind, ids: readonly string[]) {
    return this.#read('read booked charges', (db) => chargesBooked(db, account, kind, ids))
  }

  charges(positionId: string) {
    return this.#read('read charges', (db) => charges(db, positionId))
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
    return this.#write('set an intent delta', (trx, at) => setIntentDelta(trx, delta, at))
  }

  clearIntentDelta(of: IntentDeltaKey) {
    return this.#writeOnce('clear an intent delta', (db, at) => clearIntentDelta(db, of, at))
  }

  intentDeltas(scope: Scope) {
    return this.#read('read intent deltas', (db) => intentDeltas(db, scope))
  }

  pastIntentDeltas(scope: Scope, from: number, to: number) {
    return this.#read('read past intent deltas', (db) => pastIntentDeltas(db, scope, { from, to }))
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

  /** A write that a later claim forbids ends the claim that it was made under. */
  async #fenced<T>(fence: Fence | null | undefined, write: Promise<T>): Promise<T> {
    try {
      return await write
    } catch (error) {
      if (fence != null && error instanceof StoreError && error.code === 'fenced') {
        this.#claims.get(`${accountName(fence)} ${fence.token}`)?.abort(error)
      }
      throw error
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
