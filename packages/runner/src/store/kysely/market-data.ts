import type { Bar, Timeframe, Trade } from '@portolan/core'
import { sql } from 'kysely'
import { mergeBars, storedBar } from '../bar-merge.ts'
import type { BarQuery, Fence, SeriesRef } from '../store.ts'
import { accountColumns } from './account-columns.ts'
import { holdFence } from './fences.ts'
import { jsonText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns } from './rows.ts'

/** Rows a statement. They travel as one JSON parameter: fast, and the number of parameters never matters. */
const CHUNK = 5000

export async function saveTrades(trx: Db, series: SeriesRef, trades: readonly Trade[]): Promise<void> {
  const { token_chain, book_id, source, feed, instrument } = seriesColumns(series)
  for (let start = 0; start < trades.length; start += CHUNK) {
    const rows = jsonText(trades.slice(start, start + CHUNK))
    await sql`
      insert into trades (token_chain, book_id, source, feed, instrument, ts, trade_id, price, quantity, side)
      select ${token_chain}, ${book_id}, ${source}, ${feed}, ${instrument}, ts, id, price, quantity, side
      from rows from (json_to_recordset(${rows}::json) as (id text, ts bigint, price numeric, quantity numeric, side text))
        with ordinality as row (id, ts, price, quantity, side, position)
      order by position
      on conflict do nothing`.execute(trx)
  }
}

export async function trades(db: Db, series: SeriesRef, from: number, to: number): Promise<readonly Trade[]> {
  const columns = seriesColumns(series)
  return db
    .selectFrom('trades')
    .select(['trade_id as id', 'ts', 'price', 'quantity', 'side'])
    .where((where) => where.and(columns))
    .where('ts', '>=', from)
    .where('ts', '<', to)
    .orderBy('ts')
    .orderBy('seq')
    .execute()
}

export async function saveBars(
  trx: Db,
  series: SeriesRef,
  timeframe: Timeframe,
  bars: readonly Bar[],
  fence: Fence | null | undefined,
): Promise<void> {
  if (fence != null) await holdFence(trx, fence, accountColumns(fence))
  const { token_chain, book_id, source, feed, instrument } = seriesColumns(series)
  const merged = mergeBars(bars)
  for (let start = 0; start < merged.length; start += CHUNK) {
    const rows = jsonText(merged.slice(start, start + CHUNK))
    await sql`
      insert into bars (token_chain, book_id, source, feed, instrument, timeframe, ts, open, high, low, close, volume, origin, gap_marked)
      select ${token_chain}, ${book_id}, ${source}, ${feed}, ${instrument}, ${timeframe}, ts, open, high, low, close, volume, origin,
        coalesce("gapMarked", false)
      from json_to_recordset(${rows}::json) as row (
        ts bigint, open double precision, high double precision, low double precision, close double precision, volume double precision,
        origin text, "gapMarked" boolean)
      on conflict (token_chain, book_id, source, feed, instrument, timeframe, ts) do update set
        open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
        origin = excluded.origin, gap_marked = excluded.gap_marked
      where excluded.origin = 'repaired'`.execute(trx)
  }
}

export async function bars(db: Db, query: BarQuery): Promise<readonly Bar[]> {
  const rows = await db
    .selectFrom('bars')
    .select(['ts', 'open', 'high', 'low', 'close', 'volume', 'origin', 'gap_marked as gapMarked'])
    .where((where) => where.and({ ...seriesColumns(query), timeframe: query.timeframe }))
    .where('ts', '>=', query.from)
    .where('ts', '<', query.to)
    .orderBy('ts')
    .execute()
  return rows.map(storedBar)
}

function seriesColumns(series: SeriesRef) {
  const { source, feed, instrument } = series
  return { ...venueColumns(series.venue), source, feed, instrument }
}
