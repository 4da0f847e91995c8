import type { Timeframe, VenueKey } from '@portolan/core'
import { noPosition } from '../refusals.ts'
import type { ClosedTrade, RegimeReading, Scope } from '../store.ts'
import { jsonText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns } from './rows.ts'

export async function saveClosedTrade(db: Db, positionId: string, trade: ClosedTrade): Promise<void> {
  const position = await db
    .selectFrom('positions')
    .select(['scope', 'token_chain', 'book_id', 'timeframe'])
    .where('id', '=', positionId)
    .executeTakeFirst()
  if (position === undefined) throw noPosition(positionId)
  await db
    .insertInto('closed_trades')
    .values({
      ...position,
      position_id: positionId,
      closed_at: trade.closedAt,
      pattern: trade.pattern,
      r: trade.r,
      trade: jsonText(trade.trade),
    })
    .onConflict((conflict) => conflict.columns(['position_id', 'closed_at', 'pattern']).doNothing())
    .execute()
}

export async function tradeResults(
  db: Db,
  of: {
    readonly scope: Scope
    readonly venue: VenueKey
    readonly timeframe: Timeframe
    readonly pattern: string
    readonly limit: number
  },
): Promise<readonly number[]> {
  const columns = venueColumns(of.venue)
  const rows = await db
    .selectFrom('closed_trades')
    .select('r')
    .where('scope', '=', of.scope)
    .where('token_chain', '=', columns.token_chain)
    .where('book_id', '=', columns.book_id)
    .where('timeframe', '=', of.timeframe)
    .where('pattern', '=', of.pattern)
    .orderBy('closed_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(of.limit)
    .execute()
  return rows.map((row) => row.r).reverse()
}

export async function saveRegimeReading(db: Db, reading: RegimeReading): Promise<void> {
  const { scope, driver, timeframe, ts, state } = reading
  const text = jsonText(reading.reading)
  await db
    .insertInto('regime_readings')
    .values({ scope, ...venueColumns(reading.venue), driver, timeframe, ts, state, reading: text })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'token_chain', 'book_id', 'driver', 'timeframe', 'ts'])
        .doUpdateSet({ state, reading: text }),
    )
    .execute()
}

export async function regimeReadings(
  db: Db,
  of: {
    readonly scope: Scope
    readonly venue: VenueKey
    readonly driver: string
    readonly timeframe: Timeframe
    readonly limit: number
  },
): Promise<readonly RegimeReading[]> {
  const { scope, venue, driver, timeframe } = of
  const columns = venueColumns(venue)
  const rows = await db
    .selectFrom('regime_readings')
    .select(['ts', 'state', 'reading'])
    .where('scope', '=', scope)
    .where('token_chain', '=', columns.token_chain)
    .where('book_id', '=', columns.book_id)
    .where('driver', '=', driver)
    .where('timeframe', '=', timeframe)
    .orderBy('ts', 'desc')
    .limit(of.limit)
    .execute()
  return rows.map((row) => ({ scope, venue, driver, timeframe, ...row }))
}
