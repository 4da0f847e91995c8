import type { AccountKey, ChargeKind, NewCharge, StoredCharge } from '../store.ts'
import type { AccountColumns } from './account-columns.ts'
import { accountColumns, accountOf } from './account-columns.ts'
import type { Db } from './rows.ts'
import { venueOf } from './rows.ts'

/** Rows a statement: 12 columns each. */
const CHUNK = 1000

export async function insertCharges(
  trx: Db,
  position: AccountColumns & { readonly id: string },
  charges: readonly (NewCharge & { readonly part: number })[],
  at: number,
): Promise<void> {
  for (let start = 0; start < charges.length; start += CHUNK) {
    const rows = charges.slice(start, start + CHUNK).map((charge) => ({
      ...accountOf(position),
      kind: charge.kind,
      charge_id: charge.id,
      part: charge.part,
      position_id: position.id,
      instrument: charge.instrument,
      usd: charge.usd,
      at: charge.at,
      booked_at: at,
    }))
    await trx.insertInto('charges').values(rows).execute()
  }
}

export async function bookedChargeIds(
  db: Db,
  account: AccountColumns,
  kind: ChargeKind,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const booked = new Set<string>()
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = await db
      .selectFrom('charges')
      .select('charge_id')
      .where((where) => where.and({ ...accountOf(account), kind }))
      .where('charge_id', 'in', ids.slice(start, start + CHUNK))
      .execute()
    for (const row of rows) booked.add(row.charge_id)
  }
  return booked
}

export function chargesBooked(db: Db, account: AccountKey, kind: ChargeKind, ids: readonly string[]) {
  return bookedChargeIds(db, accountColumns(account), kind, ids)
}

export async function charges(db: Db, positionId: string): Promise<readonly StoredCharge[]> {
  const rows = await db
    .selectFrom('charges')
    .selectAll()
    .where('position_id', '=', positionId)
    .orderBy('at')
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({
    kind: row.kind,
    id: row.charge_id,
    instrument: row.instrument,
    usd: row.usd,
    at: row.at,
    positionId: row.position_id,
    scope: row.scope,
    venue: venueOf(row),
    label: row.label,
  }))
}
