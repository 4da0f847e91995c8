import { decimalFromNumber, toNumber } from '@portolan/core'
import type { ProfitMarks } from '../../risk/loss-breaker.ts'
import type { TradingOrder } from '../../risk/trading-state.ts'
import type { Scope } from '../store.ts'
import { storableText } from './json-text.ts'
import type { Db } from './rows.ts'
import { venueColumns, venueOf } from './rows.ts'

/** Of the target "all". No venue key is empty. */
const NOBODY = { token_chain: '', book_id: '', label: '' }

export async function saveTradingOrder(db: Db, order: TradingOrder): Promise<void> {
  const { scope, target, state, flattenAt, reason, by, at } = order
  const columns = target === 'all' ? NOBODY : { ...venueColumns(target.venue), label: target.label }
  const values = { state, flatten_at: flattenAt, reason: storableText(reason), by, at }
  await db
    .insertInto('trading_orders')
    .values({ scope, ...columns, ...values })
    .onConflict((conflict) => conflict.columns(['scope', 'token_chain', 'book_id', 'label']).doUpdateSet(values))
    .execute()
}

export async function tradingOrders(db: Db, scope: Scope): Promise<readonly TradingOrder[]> {
  const rows = await db
    .selectFrom('trading_orders')
    .selectAll()
    .where('scope', '=', scope)
    .orderBy('token_chain')
    .orderBy('book_id')
    .orderBy('label')
    .execute()
  return rows.map((row) => ({
    scope,
    target: row.token_chain === '' ? 'all' : { venue: venueOf(row), label: row.label },
    state: row.state,
    flattenAt: row.flatten_at,
    reason: row.reason,
    by: row.by,
    at: row.at,
  }))
}

export async function saveProfitMarks(db: Db, scope: Scope, marks: ProfitMarks): Promise<void> {
  const values = {
    since: marks.since,
    day: marks.day,
    day_start_usd: decimalFromNumber(marks.dayStartUsd),
    peak_usd: decimalFromNumber(marks.peakUsd),
  }
  await db
    .insertInto('profit_marks')
    .values({ scope, ...values })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet(values))
    .execute()
}

export async function profitMarks(db: Db, scope: Scope): Promise<ProfitMarks | null> {
  const row = await db.selectFrom('profit_marks').selectAll().where('scope', '=', scope).executeTakeFirst()
  return row === undefined
    ? null
    : { since: row.since, day: row.day, dayStartUsd: toNumber(row.day_start_usd), peakUsd: toNumber(row.peak_usd) }
}
