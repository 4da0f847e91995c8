import type { Fee, Fill, VenueKey } from '@portolan/core'
import { venueKey, venueKeyParts } from '@portolan/core'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { IntentRow, OrderRow, OrderStep, PositionKey, PositionRow, StoredFill, StoredStep } from '../store.ts'
import type {
  Database,
  FillsTable,
  IntentsTable,
  OrderStepsTable,
  OrdersTable,
  PositionsTable,
  StepsTable,
} from './schema.ts'

/** The database or a transaction in it. */
export type Db = Kysely<Database>

/** A venue key as the two columns that every table has. */
export function venueColumns(venue: VenueKey): { token_chain: string; book_id: string } {
  const { tokenChain, bookId } = venueKeyParts(venue)
  return { token_chain: tokenChain, book_id: bookId }
}

/** The venue key of a row. */
export function venueOf(row: { readonly token_chain: string; readonly book_id: string }): VenueKey {
  return venueKey({ tokenChain: row.token_chain, bookId: row.book_id })
}

function positionKeyOf(
  row: Pick<Selectable<PositionsTable>, 'scope' | 'token_chain' | 'book_id' | 'label' | 'instrument' | 'timeframe'>,
): PositionKey {
  const { scope, label, instrument, timeframe } = row
  return { scope, venue: venueOf(row), label, instrument, timeframe }
}

export function positionRow(row: Selectable<PositionsTable>): PositionRow {
  return {
    ...positionKeyOf(row),
    id: row.id,
    allocationUsd: row.allocation_usd,
    status: row.status,
    paused: row.paused,
    lastBarTs: row.last_bar_ts,
    state: row.state,
    quantity: row.quantity,
    averageEntry: row.average_entry,
    investedUsd: row.invested_usd,
    extractedUsd: row.extracted_usd,
    realisedPnlUsd: row.realised_pnl_usd,
    feesUsd: row.fees_usd,
    fundingUsd: row.funding_usd,
  }
}

export function stepRow(row: Selectable<StepsTable>): StoredStep {
  return {
    positionId: row.position_id,
    barTs: row.bar_ts,
    at: row.at,
    decision: row.decision,
    intentId: row.intent_id,
  }
}

/** An intent needs the key of its position: select it with its columns joined in. */
export function intentRow(
  row: Selectable<IntentsTable> & Pick<Selectable<PositionsTable>, 'scope' | 'label' | 'instrument' | 'timeframe'>,
): IntentRow {
  return {
    ...positionKeyOf(row),
    id: row.id,
    positionId: row.position_id,
    barTs: row.bar_ts,
    side: row.side,
    rule: row.rule,
    state: row.state,
    stateReason: row.state_reason,
    explanation: row.explanation,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function orderRow(row: Selectable<OrdersTable>): OrderRow {
  return {
    id: row.id,
    intentId: row.intent_id,
    positionId: row.position_id,
    venue: venueOf(row),
    label: row.label,
    scope: row.scope,
    sealed: row.sealed,
    request: row.request,
    state: row.state,
    venueOrderId: row.venue_order_id,
    outcome: row.outcome,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function orderStepRow(row: Selectable<OrderStepsTable>): OrderStep {
  return { orderId: row.order_id, state: row.state, cause: row.cause, at: row.at }
}

export function fillRow(row: Selectable<FillsTable>): StoredFill {
  return {
    id: row.fill_id,
    orderId: row.order_id,
    sealedId: row.sealed_id,
    instrument: row.instrument,
    side: row.side,
    price: row.price,
    quantity: row.quantity,
    fee: feeOf(row),
    at: row.at,
    ...(row.cause === null ? {} : { cause: row.cause }),
    positionId: row.position_id,
    intentId: row.intent_id,
    venue: venueOf(row),
    label: row.label,
    scope: row.scope,
  }
}

function feeOf(row: Selectable<FillsTable>): Fee {
  if (row.fee_in !== 'other') return { in: row.fee_in, amount: row.fee_amount }
  if (row.fee_asset === null || row.fee_usd === null) throw new Error(`fill ${row.fill_id} has a fee without its value`)
  return { in: 'other', asset: row.fee_asset, amount: row.fee_amount, usd: row.fee_usd }
}

/** The columns of a fill itself. */
export function fillColumns(
  fill: Fill,
): Omit<
  Insertable<FillsTable>,
  'scope' | 'token_chain' | 'book_id' | 'label' | 'part' | 'position_id' | 'intent_id' | 'booked_at'
> {
  return {
    fill_id: fill.id,
    order_id: fill.orderId,
    sealed_id: fill.sealedId,
    instrument: fill.instrument,
    side: fill.side,
    price: fill.price,
    quantity: fill.quantity,
    fee_in: fill.fee.in,
    fee_amount: fill.fee.amount,
    fee_asset: fill.fee.in === 'other' ? fill.fee.asset : null,
    fee_usd: fill.fee.in === 'other' ? fill.fee.usd : null,
    cause: fill.cause ?? null,
    at: fill.at,
  }
}
