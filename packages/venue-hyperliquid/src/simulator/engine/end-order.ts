import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import type { Order, OrderStatus } from './order.ts'
import { orderUpdate } from './order.ts'

const BY_SYSTEM: ReadonlySet<OrderStatus> = new Set([
  'marginCanceled',
  'selfTradeCanceled',
  'reduceOnlyCanceled',
  'siblingFilledCanceled',
  'delistedCanceled',
  'liquidatedCanceled',
  'scheduledCancel',
])

/** Takes an order out of the active ones with a final status, announces it, and takes its waiting children along. */
export function endOrder(core: EngineCore, account: Account, order: Order, status: OrderStatus): void {
  order.status = status
  order.statusTimestamp = core.now
  account.openOrders.delete(order.oid)
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
  if (BY_SYSTEM.has(status)) core.emit({ kind: 'systemCancel', account, coin: order.coin, oid: order.oid })
  if (status === 'filled') return
  for (const child of account.openOrders.values()) {
    if (child.parent === order.oid && child.stage === 'parent') endOrder(core, account, child, 'canceled')
  }
}

/** Ends every active order of an account (or of some coins). */
export function endAllOrders(
  core: EngineCore,
  account: Account,
  status: OrderStatus,
  isMeant: (coin: string) => boolean = () => true,
): void {
  for (const order of account.openOrders.values()) {
    if (account.openOrders.has(order.oid) && isMeant(order.coin)) {
      endOrder(core, account, order, status)
    }
  }
}
