import type { Instrument, VenueKey } from '@portolan/core'
import type { Source } from '../store.ts'
import { jsonText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns } from './rows.ts'

/** Rows a statement: 8 columns each. */
const CHUNK = 1000

export async function saveInstruments(
  trx: Db,
  of: { readonly venue: VenueKey; readonly source: Source },
  instruments: readonly Instrument[],
  at: number,
): Promise<void> {
  const columns = { ...venueColumns(of.venue), source: of.source }
  // One statement may touch a row only once: of two with the same id the last counts.
  const distinct = [...new Map(instruments.map((instrument) => [instrument.id, instrument])).values()]
  for (let start = 0; start < distinct.length; start += CHUNK) {
    const rows = distinct.slice(start, start + CHUNK).map((instrument) => ({
      ...columns,
      instrument: instrument.id,
      base: instrument.base,
      quote: instrument.quote,
      status: instrument.status,
      definition: jsonText(instrument),
      updated_at: at,
    }))
    await trx
      .insertInto('instruments')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['token_chain', 'book_id', 'source', 'instrument']).doUpdateSet((set) => ({
          base: set.ref('excluded.base'),
          quote: set.ref('excluded.quote'),
          status: set.ref('excluded.status'),
          definition: set.ref('excluded.definition'),
          updated_at: set.ref('excluded.updated_at'),
        })),
      )
      .execute()
  }
}

export async function instruments(db: Db, venue: VenueKey, source: Source): Promise<readonly Instrument[]> {
  const columns = venueColumns(venue)
  const rows = await db
    .selectFrom('instruments')
    .select('definition')
    .where('token_chain', '=', columns.token_chain)
    .where('book_id', '=', columns.book_id)
    .where('source', '=', source)
    .orderBy('seq')
    .execute()
  return rows.map((row) => row.definition)
}
