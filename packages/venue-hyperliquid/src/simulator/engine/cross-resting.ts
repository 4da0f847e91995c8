import { Decimal } from 'decimal.js'
import type { PathTrade } from '../market/minute-trades.ts'
import type { EngineCore } from './core.ts'
import { fillResting } from './fill-resting.ts'
import type { Order } from './order.ts'

/**
 * A market trade at or through the price of resting orders fills them: wholly when it went through, at the same price as far as the
 * trade's size reaches. `lots` of a pushed price is unlimited.
 */
export function crossResting(core: EngineCore, coin: string, trade: Pick<PathTrade, 'price' | 'lots'>): void {
  const scale = 10 ** (core.market.listing(coin)?.szDecimals ?? 0)
  let left = new Decimal(trade.lots).div(scale)
  for (const account of core.accounts.all()) {
    for (const order of account.openOrders.values()) {
      if (order.coin !== coin || order.stage !== 'book') continue
      const through = order.isBuy ? order.limitPx.gt(trade.price) : order.limitPx.lt(trade.price)
      const sz = through ? order.sz : order.limitPx.eq(trade.price) ? Decimal.min(order.sz, left) : new Decimal(0)
      if (sz.isZero() || !account.openOrders.has(order.oid)) continue
      if (!through) left = left.minus(sz)
      const { tid, hash, stranger } = core.nextTrade()
      print(core, account.address, stranger, order, sz, { tid, hash, scale })
      fillResting(core, account, order, { sz, time: core.now, tid, hash })
    }
  }
}

function print(
  core: EngineCore,
  maker: string,
  taker: string,
  order: Order,
  sz: Decimal,
  ids: { readonly tid: number; readonly hash: string; readonly scale: number },
): void {
  const trade = {
    time: core.now,
    price: order.limitPx.toNumber(),
    lots: Math.round(sz.toNumber() * ids.scale),
    side: order.isBuy ? ('A' as const) : ('B' as const),
    tid: ids.tid,
    hash: ids.hash,
    users: order.isBuy ? ([maker, taker] as const) : ([taker, maker] as const),
  }
  core.market.coin(order.coin).print(trade)
  core.emit({ kind: 'print', coin: order.coin, trade })
}
