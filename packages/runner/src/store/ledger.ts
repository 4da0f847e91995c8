/** Intents, their orders, and what was booked of them: the rows in which nothing may be twice and nothing lost. */
import type { DecimalString, Fill, InstrumentId, JsonValue, Outcome, SealedOrder } from '@portolan/core'
import type { AccountKey, PositionKey, PositionStatus } from './store.ts'

/** The amounts of a position that change by fills and charges. */
export interface PositionAmounts {
  /** Base units. */
  readonly quantity: DecimalString
  /** Quote per base; `null` when flat. */
  readonly averageEntry: DecimalString | null
  /** USD, ever. */
  readonly investedUsd: DecimalString
  readonly extractedUsd: DecimalString
  /** Net of fees, with funding. */
  readonly realisedPnlUsd: DecimalString
  /** Of them fees in quote and other assets, and funding: positive received, negative paid. */
  readonly feesUsd: DecimalString
  readonly fundingUsd: DecimalString
}

export type IntentState =
  /** On disk, nothing sent. */
  | 'planned'
  /** Its order may have reached the venue. */
  | 'submitted'
  | 'resting'
  | 'unknown'
  /** Its last order is at its end and did not do all; another one follows. */
  | 'retrying'
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

/** How an intent ends of which nothing was sent. */
export type UnsentEnd = Extract<IntentState, 'skipped' | 'not-sent' | 'abandoned'>

/** How an intent ends after whose last order none follows. */
export type TriedEnd = Extract<IntentState, 'filled' | 'partial' | 'rejected' | 'expired'>

const TRIED_ENDS: readonly IntentState[] = ['filled', 'partial', 'rejected', 'expired']

/** Whether an intent in this state may be ended so by `Store.endIntent`. */
export function mayEnd(state: IntentState, end: UnsentEnd | TriedEnd): boolean {
  return state === 'planned' ? !TRIED_ENDS.includes(end) : state === 'retrying' && TRIED_ENDS.includes(end)
}

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

/** An intent for a bar that was evaluated without one. */
export interface LatePlan {
  readonly positionId: string
  /** The last bar evaluated; the time of the order for one that was `ordered`. */
  readonly barTs: number
  /** A person, or a loss limit, ordered it: it belongs to no bar. Default `false`. */
  readonly ordered?: boolean
  /** ms by the runner's clock. */
  readonly at: number
  readonly intent: NewIntent
}

/** Moves forward only: a final state is never left, and `sealed` and `submitting` are never gone back to. */
export type OrderState = 'sealed' | 'submitting' | Outcome['kind'] | 'not-sent' | 'abandoned'

export interface OrderRow extends AccountKey {
  /** {@link SealedOrder.id}. */
  readonly id: string
  readonly intentId: string
  readonly positionId: string
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

/** A step of an order from one state to the next. */
export interface OrderStep {
  readonly orderId: string
  readonly state: OrderState
  /** What brought it there, in a sentence. */
  readonly cause: string
  readonly at: number
}

/** A sealed order on its way to the disk. */
export interface NewOrder {
  readonly intentId: string
  readonly sealed: SealedOrder
  readonly request: JsonValue
}

/** A fill that is booked; of one that moved several positions, the part of this one. */
export interface StoredFill extends Fill, AccountKey {
  readonly positionId: string | null
  readonly intentId: string | null
}

/** `funding`: by the venue's payment id. `order-cost`: by the sealed order's id. */
export type ChargeKind = 'funding' | 'order-cost'

/** Money that a position paid or received beside its fills; of a payment for several positions, the part of this one. */
export interface NewCharge {
  readonly kind: ChargeKind
  /** Unique within the account and kind. */
  readonly id: string
  readonly instrument: InstrumentId
  /** USD, by which realised P&L changes: negative when paid. */
  readonly usd: DecimalString
  /** Venue time, ms. */
  readonly at: number
}

export interface StoredCharge extends NewCharge, AccountKey {
  readonly positionId: string
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

/** Fills and charges, and what they make of the position. */
export interface FillBooking {
  readonly positionId: string
  /** `null` for fills that no intent of ours brought about. */
  readonly intentId: string | null
  readonly fills: readonly Fill[]
  /** Default none. */
  readonly charges?: readonly NewCharge[]
  readonly amounts: PositionAmounts
  readonly state: JsonValue
  readonly status: PositionStatus
  /** The trade that these fills ended. Default `null`. */
  readonly closedTrade?: ClosedTrade | null
}

/** What is written together with the outcome of an order. */
export interface OutcomeOptions {
  /** The order is at its end and another one of the same intent follows: the intent becomes `retrying`. Default `false`. */
  readonly retry?: boolean
  /** What the order cost, and what that makes of the position. */
  readonly booking?: FillBooking
}

/** The right to write the books of an account: of all that were ever given, the one with the greatest number. */
export interface Fence extends AccountKey {
  readonly token: number
}

/** An account that this process trades alone. Disposing gives it back. */
export interface Claim extends AsyncDisposable {
  /** Goes with every write that this claim allows. A later claim of the account takes its right away, whatever this process knows of it. */
  readonly fence: Fence
  /** Aborted when it may be another's by now, because the connection that held it broke: stop what it allowed. */
  readonly lost: AbortSignal
}

/** An account in words, as claims are named. */
export function accountName({ scope, venue, label }: AccountKey): string {
  return `${scope} ${venue} ${label}`
}
