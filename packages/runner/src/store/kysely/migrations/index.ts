import type { Migration } from 'kysely/migration'
import { initial } from './0001-initial.ts'
import { intentDeltas } from './0002-intent-deltas.ts'
import { tradingOrders } from './0005-trading-orders.ts'

/** Every migration by name, in order of their names. One that was ever released is never changed: add the next number. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-intent-deltas': intentDeltas,
  '0005-trading-orders': tradingOrders,
}
