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
  Fill,
  Instrument,
  InstrumentId,
  JsonValue,
  Outcome,
  SealedOrder,
  Timeframe,
  Trade,
  VenueKey,
} from '@portolan/core'

import type { ProfitMarks } from '../risk/loss-breaker.ts'
import type { TradingOrder } from '../risk/trading-state.ts'

/**
 * Keeps books apart that must never mix: run mode and network, e.g. `live@mainnet`, `paper@mainnet`, `live@simulator`, `backtest`.
 * A position opened on paper is not one in live money.
 */
export type Scope = string

/** Where market data came from: network and label of the config entry, e.g. `mainnet:default`. */
export type Source = string

export type PositionStatus = 'watchlist' | 'active' | 'dormant'

/** What a position is: unique by all of its fields. */
export interface PositionKey {
  readonly scope: Scope
  readonly venue: VenueKey
  /** Label of the config entry (account) that it trades on. */
  readonly label: string
  /** `token_contract`. */
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
}

/** The amounts of a position that change by fills. */
export interface PositionAmounts {
  /** Base units. */
  readonly quantity: DecimalString
  /** Quote per base; `null` when flat. */
  readonly averageEntry: DecimalString | null
  /** USD, ever. */
  readonly investedUsd: DecimalString
  readonly extractedUsd: DecimalString
  readonly realisedPnlUsd: DecimalString
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

export type IntentState =
  /** On disk, nothing sent. */
  | 'planned'
  /** Its order may have reached the venue. */
  | 'submitted'
  | 'resting'
  | 'unknown'
  // final:
  | 'filled'
  | 'partial'
  | 'rejected'
  | 'expired'
  /** Sizing, preparation or risk refused it before anything was sent. */
  | 'skipped'
  /** Dry run: prepared and signed, not sent by design. */
  | 'not-sent'
  /** The runner died before it was sent. */
  | 'abandoned'

export const FINAL_INTENT_STATES: readonly IntentState[] = [
  'filled',
  'partial',
  'rejected',
  'expired',
  'skipped',
  'not-sent',
  'abandoned',
]

export interface NewIntent {
  /** Unique: made from the position and the bar. */
  readonly id: string
  readonly side: 'buy' | 'sell'
  readonly rule: string
  readonly state: Extract<IntentState, 'planned' | 'skipped'>
  /** Why it was skipped, in a sentence. Default `null`. */
  readonly stateReason?: string | null
  /** The PM's intent, the gate's answer, the sizing arithmetic: all that `portolan explain` shows. */
  readonly explanation: JsonValue
}

export interface IntentRow extends Omit<NewIntent, 'state' | 'stateReason'>, PositionKey {
  readonly positionId: string
  /** Open time of the bar that planned it, ms. */
  readonly barTs: number
  readonly state: IntentState
  /** Why it stands where it stands, in a sentence. */
  readonly stateReason: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** Moves forward only: a final state is never left, and `sealed` and `submitting` are never gone back to. */
export type OrderState = 'sealed' | 'submitting' | Outcome['kind'] | 'not-sent' | 'abandoned'

export interface OrderRow {
  /** {@link SealedOrder.id}. */
  readonly id: string
  readonly intentId: string
  readonly positionId: string
  readonly venue: VenueKey
  readonly label: string
  readonly scope: Scope
  readonly sealed: SealedOrder
  readonly request: JsonValue
  readonly state: OrderState
  /** The venue's id, once known. */
  readonly venueOrderId: string | null
  readonly outcome: JsonValue
  readonly createdAt: number
  readonly updatedAt: number
}

export const FINAL_ORDER_STATES: readonly OrderState[] = [
  'filled',
  'partial',
  'rejected',
  'expired',
  'not-sent',
  'abandoned',
]

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

export interface StoredFill extends Fill {
  readonly positionId: string | null
  readonly intentId: string | null
  readonly venue: VenueKey
  readonly label: string
  readonly scope: Scope
}

/** A trade that ended: what the PM learns from. Its venue, timeframe and scope are those of its position. */
export interface ClosedTrade {
  /** The rule that opened it. */
  readonly pattern: string
  /** ms. */
  readonly closedAt: number
  /** Multiple of what was at risk. */
  readonly r: number
  /** Entry, exit, P&L and the context at entry. */
  readonly trade: JsonValue
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

/** A sealed order on its way to the disk. */
export interface NewOrder {
  readonly intentId: string
  readonly sealed: SealedOrder
  readonly request: JsonValue
}

/** Fills, and what they make of the position. */
export interface FillBooking {
  readonly positionId: string
  /** `null` for fills that no intent of ours brought about. */
  readonly intentId: string | null
  readonly fills: readonly Fill[]
  readonly amounts: PositionAmounts
  readonly state: JsonValue
  readonly status: PositionStatus
  /** The trade that these fills ended. Default `null`. */
  readonly closedTrade?: ClosedTrade | null
}

/** Everything that is known of an intent. */
export interface IntentStory {
  readonly intent: IntentRow
  readonly position: PositionRow
  readonly step: StoredStep | null
  readonly orders: readonly OrderRow[]
  readonly fills: readonly StoredFill[]
}

/** A name that this process holds alone. Disposing gives it back. */
export interface Claim extends AsyncDisposable {
  /** Aborted when it may be another's by now, because the connection that held it broke: stop what it allowed. */
  readonly lost: AbortSignal
}

export interface Store extends AsyncDisposable {
  /**
   * Claims a name, e.g. `live@mainnet acme/perps default`, for this process: whoever trades keeps positions in mind, and two that do so with the same
   * ones would overwrite what the other booked. `locked` while somebody else holds it; free at once when that process dies.
   */
  claim(name: string): Promise<Claim>

  /** Upserts by venue, source and id. */
  saveInstruments(venue: VenueKey, source: Source, instruments: readonly Instrument[]): Promise<void>
  /** In the order in which they were first saved. */
  instruments(venue: VenueKey, source: Source): Promise<readonly Instrument[]>

  /** Inserts; a trade (id and time: ids alone are not unique on every venue) that is there already is left as it is. */
  saveTrades(series: SeriesRef, trades: readonly Trade[]): Promise<void>
  /** `from <= ts < to`, oldest first; within one ms in the order in which they were saved. */
  trades(series: SeriesRef, from: number, to: number): Promise<readonly Trade[]>
  /** Forgets the trades of all series before this time (ms). Bars stay. Returns how many were removed. */
  pruneTrades(before: number): Promise<number>
  /** Inserts; a bar of the same time is overwritten only by a `repaired` one. */
  saveBars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[]): Promise<void>
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
  recordStep(step: StepRecord): Promise<'recorded' | 'already-recorded'>
  /** The newest steps of a position, newest first. */
  steps(positionId: string, limit: number): Promise<readonly StoredStep[]>

  /**
   * Stores the sealed order of a planned intent, before anything is sent. An order that was sealed for it earlier and not sent becomes `abandoned`.
   * `conflict` when the intent is not `planned` or the id was used before.
   */
  sealOrder(order: NewOrder): Promise<void>
  /** Marks that the order is about to be sent; from here on only the venue can tell. `conflict` unless the order is `sealed`: it is sent once. */
  markSubmitting(sealedId: string): Promise<void>
  /** Writes what became of it. The intent follows. `already-final`, and nothing written, when it was known before: a final state is never left again. */
  recordOutcome(sealedId: string, outcome: Outcome): Promise<'recorded' | 'already-final'>
  /** Ends an intent of which nothing was sent; again in the same state is no error. `conflict` once its order was marked as submitting. */
  endIntent(
    intentId: string,
    state: Extract<IntentState, 'skipped' | 'not-sent' | 'abandoned'>,
    reason: string,
  ): Promise<void>
  /** Intents not final, with their orders, oldest first. */
  openIntents(scope: Scope): Promise<readonly { readonly intent: IntentRow; readonly orders: readonly OrderRow[] }[]>

  /**
   * Books fills, the position's new amounts and state and the trade that they closed in one transaction. `already-booked`, and nothing of the call written,
   * when any of the fills was booked before: the caller asks `bookedFillIds` and computes again with the rest.
   */
  bookFills(booking: FillBooking): Promise<'booked' | 'already-booked'>
  /** Which of these fill ids are booked. */
  bookedFillIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** By venue time, oldest first. */
  fills(positionId: string): Promise<readonly StoredFill[]>

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
  /** Those of a scope, the expired ones too, oldest first. */
  intentDeltas(scope: Scope): Promise<readonly IntentDeltaRow[]>

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

export { StoreError } from './store-error.ts'
