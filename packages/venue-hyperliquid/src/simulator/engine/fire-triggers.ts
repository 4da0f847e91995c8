import { Decimal } from 'decimal.js'
import { roundToTick } from '../market/tick.ts'
import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import type { Order } from './order.ts'
import { firesAbove, orderUpdate } from './order.ts'
import { execute } from './place-order.ts'
import { closable } from './reduce-only.ts'

/** Slippage that a triggered market order tolerates. Source: the venue's page on take-profit and stop orders. */
const TRIGGER_SLIPPAGE = 0.1

/** Turns the waiting orders of a coin whose price the mark has reached into limit or market orders. */
export function fireTriggers(core: EngineCore, coin: string, mark: number): void {
  for (const account of core.accounts.all()) {
    for (const order of account.openOrders.values()) {
      const { trigger } = order
      if (order.coin !== coin || order.stage !== 'trigger' || trigger === null) continue
      const reached = firesAbove(order.isBuy, trigger.tpsl) ? trigger.triggerPx.lte(mark) : trigger.triggerPx.gte(mark)
      if (reached && account.openOrders.has(order.oid)) fire(core, account, order, mark)
    }
  }
}

function fire(core: EngineCore, account: Account, order: Order, mark: number): void {
  const limit = closable(account, order.coin, order.isBuy)
  if (order.reduceOnly && limit.isZero()) {
    endOrder(core, account, order, 'reduceOnlyCanceled')
    return
  }
  if (order.reduceOnly) order.sz = Decimal.min(order.sz, limit)
  account.openOrders.delete(order.oid)
  order.stage = 'book'
  order.status = 'triggered'
  order.statusTimestamp = core.now
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
  const szDecimals = core.market.listing(order.coin)?.szDecimals ?? 0
  if (order.trigger?.isMarket) {
    const worst = new Decimal(mark).times(1 + (order.isBuy ? 1 : -1) * TRIGGER_SLIPPAGE).toNumber()
    order.limitPx = new Decimal(roundToTick(worst, szDecimals))
    order.tif = 'Ioc'
  } else order.tif = 'Gtc'
  execute(core, account, order)
}
