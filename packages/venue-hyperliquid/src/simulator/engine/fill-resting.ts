import type { Decimal } from 'decimal.js'
import type { Account, VenueFill } from './account.ts'
import { activateChildren, endSiblings } from './children.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import { applyFill } from './fill.ts'
import type { Order } from './order.ts'
import { orderUpdate } from './order.ts'
import { followPosition } from './reduce-only.ts'

/** The taker's side of a trade with a resting order. */
export interface RestingTrade {
  readonly sz: Decimal
  readonly time: number
  readonly tid: number
  readonly hash: string
  readonly liquidation?: VenueFill['liquidation']
}

/** Books a trade on a resting order at its own price and announces it. */
export function fillResting(core: EngineCore, account: Account, order: Order, trade: RestingTrade): void {
  const { coin, isBuy, limitPx: px, oid, cloid, builder } = order
  order.sz = order.sz.minus(trade.sz)
  const fill = applyFill(core, account, { coin, isBuy, px, oid, cloid, builder, crossed: false, ...trade })
  core.emit({ kind: 'fills', account, fills: [fill] })
  if (order.sz.isZero()) {
    endOrder(core, account, order, 'filled')
    activateChildren(core, account, order)
    endSiblings(core, account, order)
  } else {
    order.statusTimestamp = trade.time
    core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
  }
  followPosition(core, account, coin)
}
