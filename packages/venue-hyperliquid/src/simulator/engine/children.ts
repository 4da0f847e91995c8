import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import type { Order } from './order.ts'
import { orderUpdate } from './order.ts'

/** The parent is filled: its take-profit and stop start to watch the price. */
export function activateChildren(core: EngineCore, account: Account, parent: Order): void {
  for (const child of account.openOrders.values()) {
    if (child.parent !== parent.oid || child.stage !== 'parent') continue
    child.stage = 'trigger'
    child.statusTimestamp = core.now
    core.emit({ kind: 'orders', account, updates: [orderUpdate(child)] })
  }
}

/** One of a take-profit and a stop has filled: the other has nothing left to do. */
export function endSiblings(core: EngineCore, account: Account, order: Order): void {
  if (order.parent === null) return
  for (const sibling of account.openOrders.values()) {
    if (sibling.parent === order.parent && sibling.oid !== order.oid) {
      endOrder(core, account, sibling, 'siblingFilledCanceled')
    }
  }
}
