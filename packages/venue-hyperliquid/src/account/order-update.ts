import type { Fill, Outcome } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import { classOfStatus } from '../execution/order-status.ts'
import { reasonOfStatus } from '../execution/reject-reason.ts'
import type { OrderUpdate } from './account-frames.ts'

/**
 * The outcome that an update tells, with the fills of the order that are known.
 * @returns `null` when it cannot be told: the status is not known, or it was executed and its fills have not arrived yet.
 */
export function outcomeOfUpdate({ order, status }: OrderUpdate, fills: readonly Fill[]): Outcome | null {
  const done = new Exact(order.origSz).minus(order.sz)
  const kind = classOfStatus(status)
  if (kind === 'unrecognised') return null
  if (kind === 'open') return { kind: 'resting', orderId: order.oid, filled: decimalFrom(done) }
  if (kind !== 'filled' && done.isZero()) {
    if (kind === 'rejected') return { kind: 'rejected', reason: reasonOfStatus(status), message: status }
    return { kind: 'expired', cause: 'cancelled', message: status }
  }
  // Executed, but not how much: nothing could tell when its fills are all there.
  if (done.isZero()) return null
  const total = fills.reduce((sum, fill) => sum.plus(fill.quantity), new Exact(0))
  if (total.lt(done)) return null
  const value = fills.reduce((sum, fill) => sum.plus(new Exact(fill.price).times(fill.quantity)), new Exact(0))
  return {
    kind: total.lt(order.origSz) ? 'partial' : 'filled',
    orderId: order.oid,
    filled: decimalFrom(total),
    averagePrice: decimalFrom(value.div(total).toDecimalPlaces(18)),
    fills,
  }
}
