import type {
  BarOrigin,
  DecimalString,
  Fee,
  Feed,
  Fill,
  Instrument,
  InstrumentId,
  JsonValue,
  SealedOrder,
  Timeframe,
} from '@portolan/core'
import type { ColumnType, GeneratedAlways } from 'kysely'
import type { TradingOrder } from '../../risk/trading-state.ts'
import type { ChargeKind, IntentState, OrderState, PositionStatus } from '../store.ts'

/** A JSON column: parsed when read, text (see `jsonText`) when written. */
type Json<T = JsonValue> = ColumnType<T, string, string>

interface VenueColumns {
  token_chain: string
  book_id: string
}

interface SeriesColumns extends VenueColumns {
  source: string
  feed: Feed
  instrument: InstrumentId
}

interface InstrumentsTable extends VenueColumns {
  source: string
  instrument: InstrumentId
  seq: GeneratedAlways<number>
  base: string
  quote: string
  status: Instrument['status']
  definition: Json<Instrument>
  updated_at: number
}

interface TradesTable extends SeriesColumns {
  ts: number
  trade_id: string
  seq: GeneratedAlways<number>
  price: DecimalString
  quantity: DecimalString
  side: 'buy' | 'sell' | null
}

interface BarsTable extends SeriesColumns {
  timeframe: Timeframe
  ts: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  origin: BarOrigin
  gap_marked: boolean
}

export interface PositionsTable extends VenueColumns {
  id: string
  scope: string
  label: string
  instrument: InstrumentId
  timeframe: Timeframe
  seq: GeneratedAlways<number>
  allocation_usd: DecimalString
  status: PositionStatus
  paused: ColumnType<boolean, boolean | undefined, boolean>
  last_bar_ts: number | null
  quantity: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  average_entry: DecimalString | null
  invested_usd: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  extracted_usd: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  realised_pnl_usd: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  fees_usd: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  funding_usd: ColumnType<DecimalString, DecimalString | undefined, DecimalString>
  state: ColumnType<JsonValue, string | undefined, string>
}

export interface StepsTable extends VenueColumns {
  position_id: string
  bar_ts: number
  at: number
  decision: Json
  intent_id: string | null
}

export interface IntentsTable extends VenueColumns {
  id: string
  seq: GeneratedAlways<number>
  position_id: string
  bar_ts: number
  side: 'buy' | 'sell'
  rule: string
  state: IntentState
  state_reason: string | null
  explanation: Json
  created_at: number
  updated_at: number
}

export interface OrdersTable extends VenueColumns {
  id: string
  seq: GeneratedAlways<number>
  intent_id: string
  position_id: string
  scope: string
  label: string
  sealed: Json<SealedOrder>
  request: Json
  state: OrderState
  venue_order_id: string | null
  outcome: ColumnType<JsonValue, string | undefined, string>
  created_at: number
  updated_at: number
}

export interface FillsTable extends VenueColumns {
  scope: string
  label: string
  fill_id: string
  part: number
  seq: GeneratedAlways<number>
  position_id: string | null
  intent_id: string | null
  order_id: string
  sealed_id: string | null
  instrument: InstrumentId
  side: 'buy' | 'sell'
  price: DecimalString
  quantity: DecimalString
  fee_in: Fee['in']
  fee_amount: DecimalString
  fee_asset: string | null
  fee_usd: DecimalString | null
  cause: Exclude<Fill['cause'], undefined> | null
  at: number
  booked_at: number
}

interface ChargesTable extends VenueColumns {
  scope: string
  label: string
  kind: ChargeKind
  charge_id: string
  part: number
  seq: GeneratedAlways<number>
  position_id: string
  instrument: InstrumentId
  usd: DecimalString
  at: number
  booked_at: number
}

export interface OrderStepsTable extends VenueColumns {
  order_id: string
  seq: GeneratedAlways<number>
  state: OrderState
  cause: string
  at: number
}

interface FencesTable extends VenueColumns {
  scope: string
  label: string
  token: number
  claimed_at: number
}

interface ClosedTradesTable extends VenueColumns {
  position_id: string
  closed_at: number
  pattern: string
  seq: GeneratedAlways<number>
  scope: string
  timeframe: Timeframe
  r: number
  trade: Json
}

interface RegimeReadingsTable extends VenueColumns {
  scope: string
  driver: string
  timeframe: Timeframe
  ts: number
  state: string
  reading: Json
}

interface IntentDeltasTable extends VenueColumns {
  scope: string
  instrument: InstrumentId
  seq: GeneratedAlways<number>
  intent_a: number
  intent_e: number
  expires_at: number
  reason: string | null
  created_at: number
  ended_at: number | null
}

/** Empty venue columns: for everything. */
interface TradingOrdersTable extends VenueColumns {
  scope: string
  label: string
  state: TradingOrder['state']
  flatten_at: number | null
  reason: string
  by: TradingOrder['by']
  at: number
}

interface ProfitMarksTable {
  scope: string
  since: number
  day: number
  day_start_usd: DecimalString
  peak_usd: DecimalString
}

interface CursorsTable extends VenueColumns {
  scope: string
  label: string
  name: string
  value: string
  updated_at: number
}

/** The tables as Kysely knows them; made by ./migrations. */
export interface Database {
  instruments: InstrumentsTable
  trades: TradesTable
  bars: BarsTable
  positions: PositionsTable
  steps: StepsTable
  intents: IntentsTable
  orders: OrdersTable
  order_steps: OrderStepsTable
  fills: FillsTable
  charges: ChargesTable
  fences: FencesTable
  closed_trades: ClosedTradesTable
  regime_readings: RegimeReadingsTable
  cursors: CursorsTable
  intent_deltas: IntentDeltasTable
  trading_orders: TradingOrdersTable
  profit_marks: ProfitMarksTable
}
