import type {
  Bar,
  ClosedTrade,
  DecimalString,
  Exact,
  Fill,
  Instrument,
  Intent,
  JsonValue,
  LearnedStrengths,
  PositionStep,
  SizingResult,
  TradeGate,
} from '@portolan/core'
import type { IntentEnd, OrderDesk } from '../execution/order-desk.ts'
import type { PositionRow } from '../store/store.ts'
import type { PositionActor } from './position-actor.ts'
import type { PositionLedgerDeps } from './position-ledger.ts'
import type { DecisionView } from './snapshot.ts'

/** A and E as the regime gives them for a position, with what led to them. */
export interface ScoreReading {
  readonly a: number
  readonly e: number
  readonly explanation: JsonValue
  /** Why what the regime model answered was not taken: nothing is bought on such scores. */
  readonly refused?: string
}

/** A and E for a bar that ended at a time, ms; `newest`: the last bar known. Never rejects. */
export type PositionScores = (at: number, newest: boolean) => Promise<ScoreReading>

/** What a position needs from the rest of the runner. */
export interface PositionSurroundings extends PositionLedgerDeps {
  /** `null`: decisions are recorded, nothing is executed. */
  readonly desk: OrderDesk | null
  /** By the market as it is now, however late its bar is evaluated. */
  readonly scores: () => PositionScores
  readonly gate: (at: number) => TradeGate
  /** As `gate`, for what a person ordered to be sold off. */
  readonly saleGate: (at: number) => TradeGate
  readonly instrument: () => Instrument | null
  /** The newest price known, quote per base. */
  readonly price: () => DecimalString | null
  readonly learned: () => LearnedStrengths
  /** Quote units free in the account; `null` when unknown. */
  readonly funds: () => DecimalString | null
  /** The store refused a write, because the account is another run's by now. */
  readonly onFenced: () => void
  readonly listener: PositionListener
}

/** All that one step looked at and led to. */
export interface StepView {
  readonly bar: Bar
  readonly step: PositionStep
  readonly scores: ScoreReading
  readonly gate: TradeGate
  readonly sizing: SizingResult | null
  readonly decision: DecisionView
  /** The position before what this step planned. */
  readonly before: PositionRow
}

export interface PositionListener {
  onStep(actor: PositionActor, view: StepView): void
  /** `end` is `null` when the intent was just planned. */
  onIntent(actor: PositionActor, intent: ActiveIntent, end: IntentEnd | null): void
  onFill(actor: PositionActor, fill: Fill, intentId: string | null): void
  onTradeClosed(actor: PositionActor, trade: ClosedTrade): void
}

/** An intent that is not at its end. */
export interface ActiveIntent {
  readonly id: string
  readonly plan: Intent
  /** Base units booked of its orders. */
  booked: Exact
  /** A person, or a loss limit, ordered it, or what it is part of: a halt does not hold it back. */
  ordered: boolean
}
