import { Decimal } from 'decimal.js'
import type { Account, Position } from './account.ts'
import { remember } from './account.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'
import { endAllOrders } from './end-order.ts'
import { accountMargin } from './margin.ts'
import type { Order } from './order.ts'
import { orderUpdate } from './order.ts'
import { settlePosition } from './settle-position.ts'
import { takeLiquidity } from './take-liquidity.ts'

/** Closes by market what no longer covers its maintenance margin: every cross position together, an isolated one by itself. */
export function liquidate(core: EngineCore): void {
  for (const account of core.accounts.all()) {
    if (account.positions.size === 0) continue
    const margin = accountMargin(account, core)
    const crossFails = margin.cross.accountValue.lt(margin.crossMaintenance)
    const failing = margin.positions.filter((position) =>
      position.isolated ? position.marginUsed.lt(position.maintenance) : crossFails,
    )
    if (failing.length === 0) continue
    const notional = failing.reduce((sum, position) => sum.plus(position.notional), new Decimal(0))
    endAllOrders(core, account, 'liquidatedCanceled')
    for (const { position } of failing) close(core, account, position)
    core.emit({
      kind: 'liquidation',
      account,
      notional: decimalText(notional),
      accountValue: decimalText(margin.all.accountValue),
    })
  }
}

function close(core: EngineCore, account: Account, position: Position): void {
  const mark = core.markPx(position.coin)
  const liquidation = { liquidatedUser: account.address, markPx: decimalText(mark), method: 'market' as const }
  const order: Order = {
    oid: core.nextOid(),
    cloid: null,
    coin: position.coin,
    asset: core.market.listing(position.coin)?.asset ?? 0,
    isBuy: position.szi.isNegative(),
    limitPx: mark,
    reduceOnly: true,
    tif: 'Ioc',
    trigger: null,
    isPositionTpsl: false,
    parent: null,
    timestamp: core.now,
    origSz: position.szi.abs(),
    sz: position.szi.abs(),
    stage: 'book',
    status: 'open',
    statusTimestamp: core.now,
  }
  remember(account, order)
  takeLiquidity(core, account, order, { atAnyPrice: true, liquidation })
  // What the book cannot take is taken over at the mark price.
  settlePosition(core, account, position.coin, order.oid, liquidation)
  order.sz = new Decimal(0)
  order.status = 'filled'
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
}
