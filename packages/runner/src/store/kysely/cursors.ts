import type { VenueKey } from '@portolan/core'
import type { Scope } from '../store.ts'
import type { Db } from './rows.ts'
import { venueColumns } from './rows.ts'

/** Names a cursor. */
export interface CursorKey {
  readonly scope: Scope
  readonly venue: VenueKey
  readonly label: string
  readonly name: string
}

export async function cursor(db: Db, key: CursorKey): Promise<string | null> {
  const columns = venueColumns(key.venue)
  const row = await db
    .selectFrom('cursors')
    .select('value')
    .where('scope', '=', key.scope)
    .where('token_chain', '=', columns.token_chain)
    .where('book_id', '=', columns.book_id)
    .where('label', '=', key.label)
    .where('name', '=', key.name)
    .executeTakeFirst()
  return row?.value ?? null
}

export async function saveCursor(db: Db, key: CursorKey, value: string, at: number): Promise<void> {
  const { scope, venue, label, name } = key
  await db
    .insertInto('cursors')
    .values({ scope, ...venueColumns(venue), label, name, value, updated_at: at })
    .onConflict((conflict) =>
      conflict.columns(['scope', 'token_chain', 'book_id', 'label', 'name']).doUpdateSet({ value, updated_at: at }),
    )
    .execute()
}
