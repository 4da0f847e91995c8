import type { Fill, VenueKey } from '@portolan/core'
import { fillTwice, intentOfAnother, noIntent, noPosition } from '../refusals.ts'
import type { FillBooking, Scope, StoredFill } from '../store.ts'
import { jsonText } from './json-text.ts'
import { saveClosedTrade } from './learning.ts'
import type { Db } from './rows.ts'
import { fillColumns, fillRow, venueColumns } from './rows.ts'

/** Fills a statement: 20 columns each stay far below the 65,535 parameters that a statement may have. */
const CHUNK = 1000

export async function bookFills(trx: Db, booking: FillBooking, at: number): Promise<'booked' | 'already-booked'> {
  const { positionId, intentId, fills, amounts } = booking
  const position = await trx
    .selectFrom('positions')
    .select(['scope', 'token_chain', 'book_id', 'label'])
    .where('id', '=', positionId)
    .forUpdate()
    .executeTakeFirst()
  if (position === undefined) throw noPosition(positionId)
  if (intentId !== null) {
    const intent = await trx.selectFrom('intents').select('position_id').where('id', '=', intentId).executeTakeFirst()
    if (intent === undefined) throw noIntent(intentId)
    if (intent.position_id !== positionId) throw intentOfAnother(intentId, positionId)
  }
  const ids = distinctIds(fills)
  if ((await bookedIds(trx, position, ids)).size > 0) return 'already-booked'
  for (let start = 0; start < fills.length; start += CHUNK) {
    const rows = fills.slice(start, start + CHUNK).map((fill) => ({
      ...position,
      ...fillColumns(fill),
      position_id: positionId,
      intent_id: intentId,
      booked_at: at,
    }))
    await trx.insertInto('fills').values(rows).execute()
  }
  await trx
    .updateTable('positions')
    .set({
      quantity: amounts.quantity,
      average_entry: amounts.averageEntry,
      invested_usd: amounts.investedUsd,
      extracted_usd: amounts.extractedUsd,
      realised_pnl_usd: amounts.realisedPnlUsd,
      state: jsonText(booking.state),
      status: booking.status,
    })
    .where('id', '=', positionId)
    .execute()
  if (booking.closedTrade != null) await saveClosedTrade(trx, positionId, booking.closedTrade)
  return 'booked'
}

export async function bookedFillIds(
  db: Db,
  account: { readonly scope: Scope; readonly venue: VenueKey; readonly label: string },
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { scope, venue, label } = account
  return bookedIds(db, { scope, label, ...venueColumns(venue) }, ids)
}

export async function fills(db: Db, positionId: string): Promise<readonly StoredFill[]> {
  const rows = await db
    .selectFrom('fills')
    .selectAll()
    .where('position_id', '=', positionId)
    .orderBy('at')
    .orderBy('seq')
    .execute()
  return rows.map(fillRow)
}

async function bookedIds(
  db: Db,
  account: { readonly scope: string; readonly token_chain: string; readonly book_id: string; readonly label: string },
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const booked = new Set<string>()
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = await db
      .selectFrom('fills')
      .select('fill_id')
      .where('scope', '=', account.scope)
      .where('token_chain', '=', account.token_chain)
      .where('book_id', '=', account.book_id)
      .where('label', '=', account.label)
      .where('fill_id', 'in', ids.slice(start, start + CHUNK))
      .execute()
    for (const row of rows) booked.add(row.fill_id)
  }
  return booked
}

function distinctIds(fills: readonly Fill[]): readonly string[] {
  const ids = new Set<string>()
  for (const fill of fills) {
    if (ids.has(fill.id)) throw fillTwice(fill.id)
    ids.add(fill.id)
  }
  return [...ids]
}
