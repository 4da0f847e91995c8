import type { Migration } from 'kysely/migration'
import { initial } from './0001-initial.ts'
import { intentDeltas } from './0002-intent-deltas.ts'
import { intentDeltaHistory } from './0003-intent-delta-history.ts'
import { ledger } from './0004-ledger.ts'
import { tradingOrders } from './0005-trading-orders.ts'

/** Every migration by name, in order of their names. One that was ever released is never changed: add the next number. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-intent-deltas': intentDeltas,
  '0003-intent-delta-history': intentDeltaHistory,
  '0004-ledger': ledger,
  '0005-trading-orders': tradingOrders,
}
