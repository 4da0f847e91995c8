import { Exact } from '@portolan/core'
import type { OrderRow, StoredFill } from '../store/store.ts'

/**
 * Base units booked of an intent's fills; with an order, of those that are not of its other orders. A fill names its order by the sealed id or by the
 * venue's, which may not be known of the one that was under way when the runner stopped, but is of those that had ended.
 */
export function bookedOf(fills: readonly StoredFill[], order?: OrderRow, orders: readonly OrderRow[] = []): Exact {
  const others = orders.filter((other) => other.id !== order?.id)
  const isOthers = (fill: StoredFill): boolean =>
    others.some(({ id, venueOrderId }) => fill.sealedId === id || fill.orderId === venueOrderId)
  const ours = order === undefined ? fills : fills.filter((fill) => !isOthers(fill))
  return ours.reduce((sum, fill) => sum.plus(fill.quantity), new Exact(0))
}
