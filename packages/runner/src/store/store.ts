/**
 * What the loop remembers. `KyselyStore` keeps it in PostgreSQL or PGlite (one schema), `MemoryStore` for a backtest; both pass the same tests.
 * Every row carries `token_chain` and `book_id` (the {@link VenueKey}). A method either did all of its work or throws a {@link StoreError} and did none;
 * after `unreachable` alone nobody knows whether a write that was under way took place, which is why every write can be asked about or repeated.
 * Values handed over are kept as they are: do not change them afterwards. JSON comes back with the same content (NaN as `null`); what an adapter sealed,
 * an order request and the PM's state also with the same order of keys.
 */
import type {
  Bar,
  DecimalString,
  Feed,
  Instrument,
  InstrumentId,
  JsonValue,
  Outcome,
  Timeframe,
  Trade,
  VenueKey,
} from '@portolan/core'

import type { ProfitMarks } from '../risk/loss-breaker.ts'
import type { TradingOrder } from '../risk/trading-state.ts'
import type {
  ChargeKind,
  Claim,
  ClosedTrade,
  Fence,
  FillBooking,
  IntentRow,
  LatePlan,
  NewIntent,
  NewOrder,
  OrderRow,
  OrderStep,
  OutcomeOptions,
  PositionAmounts,
  StoredCharge,
  StoredFill,
  TriedEnd,
  UnsentEnd,
} from './ledger.ts'

/**
 * Keeps books apart that must never mix: run mode and network, e.g. `live@mainnet`, `paper@mainnet`, `live@simulator`, `backtest`.
 * A position opened on paper is not one in live money.
 */
export type Scope = string

/** Where market data came from: network and label of the config entry, e.g. `mainnet:default`. */
export type Source = string

export type PositionStatus = 'watchlist' | 'active' | 'dormant'

/** An account: one config entry, in the books of one scope. */
export interface AccountKey {
  readonly scope: Scope
  readonly venue: VenueKey
  /** Label of the config entry. */
  readonly label: string
}

/** What a position is: unique by all of its fields. */
export interface PositionKey extends AccountKey {
  /** `token_contract`. */
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
}

export interface PositionRow extends PositionKey, PositionAmounts {
  readonly id: string
  readonly allocationUsd: DecimalString
  readonly status: PositionStatus
  /** A paused position is followed but plans no buys. */
  readonly paused: boolean
  /** Open time of the last bar evaluated, ms; `null` before the first. */
  readonly lastBarTs: number | null
  /** The PM's saved state; `null` before the first bar. */
  readonly state: JsonValue
}

/** One PM step: keyed by position and bar, written once. */
export interface StepRecord {
  readonly positionId: string
  readonly barTs: number
  /** ms by the runner's clock. */
  readonly at: number
  /** Signals, A/E, gate, plan or hold with its reasons. */
  readonly decision: JsonValue
  /** The PM's state after the step. */
  readonly state: JsonValue
  readonly status: PositionStatus
  readonly intent: NewIntent | null
}

export interface BarQuery {
  readonly venue: VenueKey
  readonly source: Source
  readonly feed: Feed
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  /** Open time, ms, inclusive. */
  readonly from: number
  /** Open time, ms, exclusive. */
  readonly to: number
}

export interface SeriesRef {
  readonly venue: VenueKey
  readonly source: Source
  readonly feed: Feed
  readonly instrument: InstrumentId
}

export interface StoredStep {
  readonly positionId: string
  readonly barTs: number
  readonly at: number
  readonly decision: JsonValue
  readonly intentId: string | null
}

export interface RegimeReading {
  readonly scope: Scope
  readonly venue: VenueKey
  /** E.g. `btc`. */
  readonly driver: string
  readonly timeframe: Timeframe
  /** Open time of the bar it was read at, ms. */
  readonly ts: number
  readonly state: string
  readonly reading: JsonValue
}

/** Whose opinion it is about: one token of one venue, in the books of one scope. */
export interface IntentDeltaKey {
  readonly scope: Scope
  readonly venue: VenueKey
  readonly instrument: InstrumentId
}

/** An opinion on a token from outside: added to A and E until it expires. */
export interface NewIntentDelta extends IntentDeltaKey {
  readonly intentA: number
  readonly intentE: number
  /** ms by the run's clock; from then on it counts 0. */
  readonly expiresAt: number
  /** For people; `null` when none was given. */
  readonly reason: string | null
}

export interface IntentDeltaRow extends NewIntentDelta {
  readonly createdAt: number
}

/** An intent delta that counts or counted: from `createdAt` until it expires or is ended, whichever comes first. */
export interface PastIntentDelta extends IntentDeltaRow {
  /** When another took its place or it was cleared, ms; `null` for the one that a token has. */
  readonly endedAt: number | null
}

/** Ages of which rows are forgotten: those from before a time, ms. */
export interface PruneRequest {
  readonly table: 'trades' | 'steps' | 'regime-readings'
  readonly before: number
}

/** Everything that is known of an intent. */
export interface IntentStory {
  readonly intent: IntentRow
  readonly position: PositionRow
  readonly step: StoredStep | null
  readonly orders: readonly OrderRow[]
  /** Each step of each order, oldest first. */
  readonly orderSteps: readonly OrderStep[]
  readonly fills: readonly StoredFill[]
  /** What its orders cost without a fill. */
  readonly charges: readonly StoredCharge[]
}

export interface Store extends AsyncDisposable {
  /**
   * Claims an account for this process: whoever trades keeps positions in mind, and two that do so with the same ones would overwrite what the other booked.
   * `locked` while somebody else holds it; free at once when that process dies. Every claim has a greater token than those before it.
   *
   * A write that is given a fence (that of the claim) is refused with `fenced`, and nothing of it written, once a later claim of its account was given: a
   * process that was paused, or cut off from the database, cannot act on what it believes.
   */
  claim(account: AccountKey): Promise<Claim>

  /** Upserts by venue, source and id. */
  saveInstruments(venue: VenueKey, source: Source, instruments: readonly Instrument[]): Promise<void>
  /** In the order in which they were first saved. */
  instruments(venue: VenueKey, source: Source): Promise<readonly Instrument[]>

  /** Inserts; a trade (id and time: ids alone are not unique on every venue) that is there already is left as it is. */
  saveTrades(series: SeriesRef, trades: readonly Trade[]): Promise<void>
  /** `from <= ts < to`, oldest first; within one ms in the order in which they were saved. */
  trades(series: SeriesRef, from: number, to: number): Promise<readonly Trade[]>
  /**
   * Forgets what is older: trades by their time (bars stay), steps by when they were evaluated, readings of the regime by their bar. Steps that planned an intent
   * and the newest one of each position stay. Returns how many were removed.
   */
  prune(request: PruneRequest): Promise<number>
  /** Inserts; a bar of the same time is overwritten only by a `repaired` one. The fence is that of the entry that the bars come from. */
  saveBars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[], fence?: Fence | null): Promise<void>
  /** Oldest first, with their `origin`. */
  bars(query: BarQuery): Promise<readonly Bar[]>

  /** In the order in which they were added. */
  positions(scope: Scope): Promise<readonly PositionRow[]>
  /** Adds a position, or returns the one that is there (then the allocation is updated). */
  addPosition(key: PositionKey, allocationUsd: DecimalString): Promise<PositionRow>
  setPaused(positionId: string, paused: boolean): Promise<void>

  /**
   * Writes a step, the position's new state and its intent in one transaction. `already-recorded` when that bar, or a later one, was evaluated before:
   * nothing is written and nothing may be executed for it.
   */
  recordStep(step: StepRecord, fence?: Fence | null): Promise<'recorded' | 'already-recorded'>
  /**
   * Adds an intent to the last bar evaluated, which was evaluated without one. `not-last` when another bar is the last, `already-planned` when it has
   * an intent: nothing is written and nothing may be executed.
   */
  recordPlan(plan: LatePlan, fence?: Fence | null): Promise<'recorded' | 'already-planned' | 'not-last'>
  /** The newest steps of a position, newest first. */
  steps(positionId: string, limit: number): Promise<readonly StoredStep[]>

  /**
   * Stores the sealed order of a `planned` or `retrying` intent, before anything is sent. An order that was sealed for it earlier and not sent becomes
   * `abandoned`. `conflict` in any other state, while another order of the intent is not at its end, and when the id was used before.
   */
  sealOrder(order: NewOrder, fence?: Fence | null): Promise<void>
  /** Marks that the order is about to be sent; from here on only the venue can tell. `conflict` unless the order is `sealed`: it is sent once. */
  markSubmitting(sealedId: string, fence?: Fence | null): Promise<void>
  /**
   * Writes what became of it, and what that cost. The intent follows. `already-final`, and nothing written, when it was known before: a final state is
   * never left again.
   */
  recordOutcome(
    sealedId: string,
    outcome: Outcome,
    options?: OutcomeOptions,
    fence?: Fence | null,
  ): Promise<'recorded' | 'already-final'>
  /**
   * Ends an intent of which nothing was sent (`planned`), or after whose last order none follows (`retrying`); again in the same state is no error.
   * `conflict` otherwise: only the venue can tell then.
   */
  endIntent(intentId: string, state: UnsentEnd | TriedEnd, reason: string, fence?: Fence | null): Promise<void>
  /** Intents not final, with their orders, oldest first. */
  openIntents(scope: Scope): Promise<readonly { readonly intent: IntentRow; readonly orders: readonly OrderRow[] }[]>

  /** Orders of an account, oldest first, by the ids of what was sealed or by those that the venue gave them. */
  findOrders(account: AccountKey, ids: readonly string[]): Promise<readonly OrderRow[]>

  /**
   * Books fills and charges, the position's new amounts and state and the trade that they closed in one transaction. `already-booked`, and nothing of the
   * call written, when any of the fills or charges was booked before: the caller asks `bookedFillIds` and computes again with the rest.
   */
  bookFills(booking: FillBooking, fence?: Fence | null): Promise<'booked' | 'already-booked'>
  /** Several of them in one transaction; a fill or charge that moves several positions stands in each with its part. Positions of one account. */
  bookShares(bookings: readonly FillBooking[], fence?: Fence | null): Promise<'booked' | 'already-booked'>
  /** Which of these fill ids are booked. */
  bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** By venue time, oldest first. */
  fills(positionId: string): Promise<readonly StoredFill[]>
  /** Which of these charges are booked. */
  bookedChargeIds(account: AccountKey, kind: ChargeKind, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** By venue time, oldest first. */
  charges(positionId: string): Promise<readonly StoredCharge[]>

  /** A cursor kept per scope, venue and label, e.g. of `Account.fills`. */
  cursor(scope: Scope, venue: VenueKey, label: string, name: string): Promise<string | null>
  saveCursor(scope: Scope, venue: VenueKey, label: string, name: string, value: string): Promise<void>

  /** Upserts by scope, venue, driver, timeframe and time. */
  saveRegimeReading(reading: RegimeReading): Promise<void>
  /** The newest readings of a driver, newest first. */
  regimeReadings(
    scope: Scope,
    venue: VenueKey,
    driver: string,
    timeframe: Timeframe,
    limit: number,
  ): Promise<readonly RegimeReading[]>

  /** As `bookFills` does by itself; for trades that come from elsewhere. The same trade (position, time, pattern) is kept once. */
  saveClosedTrade(positionId: string, trade: ClosedTrade): Promise<void>
  /** R of the last trades of a pattern, oldest first, at most `limit`. */
  tradeResults(
    scope: Scope,
    venue: VenueKey,
    timeframe: Timeframe,
    pattern: string,
    limit: number,
  ): Promise<readonly number[]>

  /** Sets the intent delta of a token, in the place of the one that it has. */
  setIntentDelta(delta: NewIntentDelta): Promise<void>
  /** Removes the intent delta of a token; `false` when it has none. */
  clearIntentDelta(of: IntentDeltaKey): Promise<boolean>
  /** Those that the tokens of a scope have, the expired ones too, oldest first. */
  intentDeltas(scope: Scope): Promise<readonly IntentDeltaRow[]>
  /** All that counted at any time in `from <= t < to` (ms), those that were replaced or cleared too, oldest first. */
  pastIntentDeltas(scope: Scope, from: number, to: number): Promise<readonly PastIntentDelta[]>

  /** What was ordered for a target of a scope, in the place of what was ordered before. */
  saveTradingOrder(order: TradingOrder): Promise<void>
  /** Those of a scope, that for everything first. */
  tradingOrders(scope: Scope): Promise<readonly TradingOrder[]>
  saveProfitMarks(scope: Scope, marks: ProfitMarks): Promise<void>
  /** `null` before the first. */
  profitMarks(scope: Scope): Promise<ProfitMarks | null>

  /** An intent by its id or a beginning of it; `null` when there is none, `conflict` when several begin so. */
  story(intentId: string): Promise<IntentStory | null>
  /** Newest first. */
  intents(scope: Scope | null, limit: number): Promise<readonly IntentRow[]>
}

export type * from './ledger.ts'
export { FINAL_INTENT_STATES, FINAL_ORDER_STATES } from './ledger.ts'
export { StoreError } from './store-error.ts'
