import type { VenueKey } from '@portolan/core'
import { accountsMixed, chargeTwice, fillTwice, intentOfAnother, noIntent, noPosition } from '../refusals.ts'
import type { Fence, FillBooking, NewCharge, Scope, StoredFill } from '../store.ts'
import type { AccountColumns } from './account-columns.ts'
import { accountColumns, accountOf } from './account-columns.ts'
import { bookedChargeIds, insertCharges } from './charges.ts'
import { holdFence } from './fences.ts'
import { jsonText } from './json-text.ts'
import { saveClosedTrade } from './learning.ts'
import type { Db } from './rows.ts'
import { fillColumns, fillRow } from './rows.ts'

/** Fills a statement: 21 columns each stay far below the 65,535 parameters that a statement may have. */
const CHUNK = 1000

export async function bookShares(
  trx: Db,
  bookings: readonly FillBooking[],
  at: number,
  fence?: Fence | null,
): Promise<'booked' | 'already-booked'> {
  const account = await lockPositions(trx, bookings)
  if (account === null) return 'booked'
  await holdFence(trx, fence, account)
  for (const booking of bookings) await expectIntent(trx, booking)
  if (await anyBooked(trx, account, bookings)) return 'already-booked'
  const parts = new Map<string, number>()
  const partOf = (key: string): number => {
    const part = parts.get(key) ?? 0
    parts.set(key, part + 1)
    return part
  }
  for (const booking of bookings) await book(trx, account, booking, at, partOf)
  return 'booked'
}

export async function bookedFillIds(
  db: Db,
  account: { readonly scope: Scope; readonly venue: VenueKey; readonly label: string },
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return bookedIds(db, accountColumns(account), ids)
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

async function lockPositions(trx: Db, bookings: readonly FillBooking[]): Promise<AccountColumns | null> {
  const ids = bookings.map(({ positionId }) => positionId)
  if (ids.length === 0) return null
  const rows = await trx
    .selectFrom('positions')
    .select(['id', 'scope', 'token_chain', 'book_id', 'label'])
    .where('id', 'in', ids)
    // In one order, so that two bookings never wait for each other.
    .orderBy('id')
    .forUpdate()
    .execute()
  const missing = ids.find((id) => rows.every((row) => row.id !== id))
  if (missing !== undefined) throw noPosition(missing)
  const [first] = rows
  if (first === undefined) return null
  const account = accountOf(first)
  if (new Set(rows.map((row) => JSON.stringify(accountOf(row)))).size > 1) throw accountsMixed()
  return account
}

async function expectIntent(trx: Db, { positionId, intentId }: FillBooking): Promise<void> {
  if (intentId === null) return
  const intent = await trx.selectFrom('intents').select('position_id').where('id', '=', intentId).executeTakeFirst()
  if (intent === undefined) throw noIntent(intentId)
  if (intent.position_id !== positionId) throw intentOfAnother(intentId, positionId)
}

async function anyBooked(trx: Db, account: AccountColumns, bookings: readonly FillBooking[]): Promise<boolean> {
  for (const { fills: list } of bookings) {
    const twice = list.find(({ id }, index) => list.findIndex((other) => other.id === id) < index)
    if (twice !== undefined) throw fillTwice(twice.id)
  }
  const fillIds = new Set(bookings.flatMap((booking) => booking.fills.map(({ id }) => id)))
  const booked = (await bookedIds(trx, account, [...fillIds])).size > 0
  let charged = false
  for (const kind of ['funding', 'order-cost'] as const) {
    const ids = new Set<string>()
    for (const { charges = [] } of bookings) for (const id of chargeIds(charges, kind)) ids.add(id)
    if ((await bookedChargeIds(trx, account, kind, [...ids])).size > 0) charged = true
  }
  return booked || charged
}

function chargeIds(charges: readonly NewCharge[], kind: NewCharge['kind']): readonly string[] {
  const ids = new Set<string>()
  for (const charge of charges) {
    if (charge.kind !== kind) continue
    if (ids.has(charge.id)) throw chargeTwice(charge.id)
    ids.add(charge.id)
  }
  return [...ids]
}

async function book(
  trx: Db,
  account: AccountColumns,
  booking: FillBooking,
  at: number,
  partOf: (key: string) => number,
): Promise<void> {
  const { positionId, intentId, charges = [], amounts } = booking
  for (let start = 0; start < booking.fills.length; start += CHUNK) {
    const rows = booking.fills.slice(start, start + CHUNK).map((fill) => ({
      ...account,
      ...fillColumns(fill),
      part: partOf(`fill ${fill.id}`),
      position_id: positionId,
      intent_id: intentId,
      booked_at: at,
    }))
    await trx.insertInto('fills').values(rows).execute()
  }
  const parts = charges.map((charge) => ({ ...charge, part: partOf(`${charge.kind} ${charge.id}`) }))
  await insertCharges(trx, { ...account, id: positionId }, parts, at)
  await trx
    .updateTable('positions')
    .set({
      quantity: amounts.quantity,
      average_entry: amounts.averageEntry,
      invested_usd: amounts.investedUsd,
      extracted_usd: amounts.extractedUsd,
      realised_pnl_usd: amounts.realisedPnlUsd,
      fees_usd: amounts.feesUsd,
      funding_usd: amounts.fundingUsd,
      state: jsonText(booking.state),
      status: booking.status,
    })
    .where('id', '=', positionId)
    .execute()
  if (booking.closedTrade != null) await saveClosedTrade(trx, positionId, booking.closedTrade)
}

async function bookedIds(db: Db, account: AccountColumns, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const booked = new Set<string>()
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = await db
      .selectFrom('fills')
      .select('fill_id')
      .where((where) => where.and({ ...account }))
      .where('fill_id', 'in', ids.slice(start, start + CHUNK))
      .execute()
    for (const row of rows) booked.add(row.fill_id)
  }
  return booked
}
