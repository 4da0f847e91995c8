import type { Decimal } from 'decimal.js'
import type { EngineCore } from './core.ts'
import type { Order } from './order.ts'

/** An order that the venue sends by itself: a slice, a liquidation. */
export function systemOrder(
  core: EngineCore,
  wish: Pick<Order, 'coin' | 'isBuy' | 'limitPx' | 'reduceOnly'> & { readonly sz: Decimal },
): Order {
  return {
    ...wish,
    oid: core.nextOid(),
    cloid: null,
    asset: core.listing(wish.coin).asset,
    tif: 'Ioc',
    trigger: null,
    isPositionTpsl: false,
    parent: null,
    builder: null,
    timestamp: core.now,
    origSz: wish.sz,
    stage: 'book',
    status: 'open',
    statusTimestamp: core.now,
  }
}
