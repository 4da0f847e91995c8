import type { Account } from './account.ts'
import { findOrder } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'

/** Cancels by id or cloid. `undefined` when done, else the venue's text. */
export function cancelOrder(
  core: EngineCore,
  account: Account,
  asset: number,
  key: number | string,
): string | undefined {
  const order = findOrder(account, key)
  if (order === undefined || order.asset !== asset || !account.openOrders.has(order.oid)) {
    return `Order was never placed, already canceled, or filled. asset=${asset}`
  }
  endOrder(core, account, order, 'canceled')
  return undefined
}
