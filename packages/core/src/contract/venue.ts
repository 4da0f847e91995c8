/**
 * The contract between the runner and a venue: all that an adapter author implements.
 *
 * A venue package default-exports `defineVenue({...})` (see ./define-venue.ts); its `create(context)` returns a {@link Venue}.
 * The `venue-*` packages beside core are complete examples. Rules that hold everywhere:
 * - amounts are exact decimal text ({@link DecimalString}); times are ms since the epoch, by `context.clock`;
 * - a failed read throws ({@link VenueError}); it never returns an empty list;
 * - after `submit` has sent anything, whatever is not a clear answer (timeout, 5xx, unparsable) is the outcome `unknown`, never `rejected`;
 * - the adapter reads no environment, no file and no global clock, and opens connections through `context` only.
 */

import type { DecimalString } from '../amounts/decimal-string.ts'
import type { Bar, Timeframe } from '../market/bar.ts'
import type { VenueEvent } from './events.ts'
import type { FundingPayment } from './funding.ts'
import type { Fill, Outcome } from './outcome.ts'
import type { Clock, Connect, JsonValue, Logger, RateBudget, RateBudgetSpec, Signer } from './services.ts'
import type { SizingConstraints } from './sizing-constraints.ts'
import type { InstrumentId } from './venue-key.ts'

/** What `create` returns. Parts that the package's roles do not cover are absent. */
export interface Venue extends AsyncDisposable {
  /** Connects and reads what `canTradeNow` needs. Resolves once instruments are known. Called once; failures throw {@link VenueError}. */
  start(signal: AbortSignal): Promise<void>
  /** Every instrument of the venue, delisted ones included. While running, changes are events (`instrument-listed`, `-changed`, `-delisted`). */
  instruments(signal: AbortSignal): Promise<readonly Instrument[]>
  /**
   * An instrument that `instruments` does not name, of a venue that has more than it can list (the tokens of a chain). From then on it is one of them.
   * Asked at the start for the positions whose instrument is not listed. Throws {@link VenueError} `unknown-instrument` when there is none.
   */
  find?(instrument: InstrumentId, signal: AbortSignal): Promise<Instrument>
  /** May this instrument be traded at this time (ms)? Answered from memory, at once. */
  canTradeNow(instrument: InstrumentId, at: number): TradeGate
  readonly marketData?: MarketData
  readonly execution?: Execution
  readonly account?: Account
}

/** What the runner hands to an adapter. Everything with a side effect goes through it. */
export interface VenueContext<Options> {
  /** The config entry's options, validated and defaulted by the package's own schema. */
  readonly options: Options
  /** Label of the config entry; tells several accounts or sources of one venue key apart. */
  readonly label: string
  /** What this entry is used for: a data-only entry gets no signer and its execution is never called. */
  readonly roles: ReadonlySet<VenueRole>
  readonly logger: Logger
  /** Aborted when the runner stops. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** As the standard `fetch`. */
  readonly fetch: typeof globalThis.fetch
  /** Opens a WebSocket. */
  readonly connect: Connect
  /** Signs with the entry's key, which the adapter never sees. `null` when the entry has none. */
  readonly signer: Signer | null
  /** The shared budget of this name: parts and entries that name the same budget draw from one. */
  budget(spec: RateBudgetSpec): RateBudget
  /** Delivers events in the order in which they happened. Never throws, never waits. */
  emit(event: VenueEvent): void
}

export type VenueRole = 'data' | 'execution'

/** Something tradable. */
export interface Instrument {
  readonly id: InstrumentId
  readonly base: string
  /** Asset in which prices, minimum notional and quote fees are counted, e.g. `USDC`. The PM reads it as USD. */
  readonly quote: string
  /** Name of the {@link Balance} that pays for it, where accounts are kept apart (e.g. `xyz:USDC`). Default: `quote`. */
  readonly collateral?: string
  readonly status: 'trading' | 'delisted'
  readonly sizing: SizingConstraints
  /** Fees in basis points of notional, for simulated fills. */
  readonly fees: { readonly takerBps: number; readonly makerBps: number }
  /** USD; `null` when unknown. Chooses the market-cap bucket. */
  readonly marketCapUsd: number | null
  /**
   * When its market is open, ascending; absent for 24/7. Outside them no bar exists, and below 1d the first bar of a session is gap-marked. A time after the
   * last one is closed, and so is one before the first: list them from the oldest history on that the runner asks for (`historyBars`) to some days ahead, and
   * emit `instrument-changed` with a longer list before they run out, or when the venue changes its hours.
   */
  readonly sessions?: readonly TradingSession[]
  /** What only the adapter reads, e.g. an asset id. */
  readonly venue?: JsonValue
}

/** One opening of a market: `open <= t < close`, ms UTC. */
export interface TradingSession {
  readonly open: number
  readonly close: number
}

/**
 * Whether orders may go out. `exit-only` lets reduce-only orders through; `closed` lets nothing through.
 * Market hours, a post-only window, reconciliation in progress, stale data and an empty budget all speak through this.
 */
export type TradeGate =
  | { readonly state: 'open' }
  | {
      readonly state: 'exit-only' | 'closed'
      readonly reason: GateReason
      /** One sentence for a person. */
      readonly message: string
      /** When it may change, ms; `null` when nobody can tell. */
      readonly changesAt: number | null
    }

export type GateReason =
  | 'market-closed'
  | 'post-only'
  | 'reconciling'
  | 'stale-data'
  | 'rate-budget'
  | 'delisted'
  | 'unknown-instrument'
  | 'not-connected'
  | 'maintenance'
  | 'liquidity'
  | 'token-risk'
  | 'operator'
  | `venue:${string}`

/** Which series the runner wants. `majors` explains the market, `trading` follows the positions table. */
export type Feed = 'majors' | 'trading'

export interface Subscription {
  readonly instrument: InstrumentId
  readonly feed: Feed
}

export interface MarketData {
  /**
   * Declares the whole set that is wanted from now on; the adapter works out the difference. May be called at any time and returns at once.
   * An instrument wanted by two feeds is subscribed once and its events name both. Trades, bars and feed status arrive through `context.emit`.
   */
  want(subscriptions: readonly Subscription[]): void
  /** Closed bars with `from <= ts < to`, oldest first, gaps left out, at most what the venue keeps. The running bar is never among them. */
  history(request: HistoryRequest): Promise<readonly Bar[]>
}

export interface HistoryRequest {
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
  /** ms, inclusive. */
  readonly from: number
  /** ms, exclusive. */
  readonly to: number
  readonly signal: AbortSignal
}

/**
 * Three verbs, because that is what makes an order safe: the runner stores what `prepare` sealed before it calls `submit`, and asks `lookup`
 * about whatever it is not sure of. No verb retries on its own an action that may have had an effect.
 */
export interface Execution {
  /** Builds and signs; no side effect at the venue. A throw means: nothing was sent and nothing will be. */
  prepare(order: OrderRequest, signal: AbortSignal): Promise<SealedOrder>
  /** Sends exactly the sealed order; at most one effect however often it is called. */
  submit(order: SealedOrder, signal: AbortSignal): Promise<Outcome>
  /** What became of it? A throw or `unknown` changes nothing. `expired` only when it can never take effect any more. */
  lookup(order: SealedOrder, signal: AbortSignal): Promise<Outcome>
  /** Cancels what still rests. The outcome is that of the order, not of the request. Present where the venue has it. */
  cancel?(order: SealedOrder, signal: AbortSignal): Promise<Outcome>
}

/** An order after sizing: all amounts already meet the instrument's {@link SizingConstraints}. */
export interface OrderRequest {
  readonly instrument: InstrumentId
  readonly side: 'buy' | 'sell'
  /** Base units. For a buy on a venue with `buyUnit: 'quote'`, the expected quantity. */
  readonly quantity: DecimalString
  /** Quote units to spend at most; `null` unless the venue buys by quote. */
  readonly spend: DecimalString | null
  /** The worst acceptable price, rounded to the price rule. */
  readonly limitPrice: DecimalString
  readonly reduceOnly: boolean
  /** The order sells all that is held. */
  readonly closesPosition: boolean
  /** low = may take its time; critical = an exit: it goes first and may draw on reserved budgets. */
  readonly urgency: Urgency
  /** Unique to the intent and stable over restarts; adapters derive their own client id from it. */
  readonly intentId: string
}

export type Urgency = 'low' | 'normal' | 'high' | 'critical'

/** A signed order that can be stored, sent once, and asked about. JSON; holds no secret. */
export interface SealedOrder {
  /** By which the venue can be asked later (client order id, transaction signature). Never reused. */
  readonly id: string
  readonly instrument: InstrumentId
  /** From this time (ms) on it cannot take effect any more; `null` when expiry is not a matter of time. */
  readonly expiresAt: number | null
  /** What `submit` sends, as the adapter wants it back. */
  readonly payload: JsonValue
}

/** Reads of the account. Each throws on failure. */
export interface Account {
  balances(signal: AbortSignal): Promise<readonly Balance[]>
  positions(signal: AbortSignal): Promise<readonly VenuePosition[]>
  openOrders(signal: AbortSignal): Promise<readonly OpenOrder[]>
  /** Fills after a cursor, oldest first, each fill at least once. `null` = as far back as the venue keeps. */
  fills(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly fills: readonly Fill[]; readonly cursor: string }>
  /** Funding payments after a cursor, oldest first, each at least once; as `fills`. Present where positions pay funding. */
  funding?(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly payments: readonly FundingPayment[]; readonly cursor: string }>
}

export interface Balance {
  /** The asset, or `<account>:<asset>` where the venue keeps accounts apart ({@link Instrument.collateral}). */
  readonly asset: string
  readonly total: DecimalString
  readonly available: DecimalString
}

export interface VenuePosition {
  readonly instrument: InstrumentId
  /** Base units, negative when short. */
  readonly quantity: DecimalString
  /** `null` where the venue does not keep it. */
  readonly averageEntry: DecimalString | null
}

export interface OpenOrder {
  /** The venue's order id. */
  readonly orderId: string
  /** Id of the {@link SealedOrder}, `null` for an order that is not ours. */
  readonly sealedId: string | null
  readonly instrument: InstrumentId
  readonly side: 'buy' | 'sell'
  readonly limitPrice: DecimalString
  readonly remaining: DecimalString
  readonly reduceOnly: boolean
}
