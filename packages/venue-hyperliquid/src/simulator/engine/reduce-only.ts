import { Decimal } from 'decimal.js'
import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import type { Order } from './order.ts'

/** How much of a position an order on this side may close. */
export function closable(account: Account, coin: string, isBuy: boolean): Decimal {
  const size = account.positions.get(coin)?.szi ?? new Decimal(0)
  return size.isZero() || size.isPositive() === isBuy ? new Decimal(0) : size.abs()
}

/**
 * Makes resting reduce-only orders follow the position: each is cut to what is left to close, and while together they exceed it the
 * oldest is cancelled.
 */
export function followPosition(core: EngineCore, account: Account, coin: string): void {
  const resting = [...account.openOrders.values()].filter(
    (order) => order.coin === coin && order.reduceOnly && order.stage !== 'parent',
  )
  for (const isBuy of [true, false]) {
    const limit = closable(account, coin, isBuy)
    const side = resting.filter((order) => order.isBuy === isBuy)
    for (const order of side) {
      if (limit.isZero()) endOrder(core, account, order, 'reduceOnlyCanceled')
      else if (order.isPositionTpsl) order.sz = limit
      else if (order.sz.gt(limit)) order.sz = limit
    }
    if (limit.isZero()) continue
    const book = side.filter((order) => order.stage === 'book')
    let total = book.reduce((sum, order) => sum.plus(order.sz), new Decimal(0))
    for (const order of oldestFirst(book)) {
      if (total.lte(limit)) break
      total = total.minus(order.sz)
      endOrder(core, account, order, 'reduceOnlyCanceled')
    }
  }
}

function oldestFirst(orders: readonly Order[]): Order[] {
  return [...orders].sort((a, b) => a.oid - b.oid)
}
