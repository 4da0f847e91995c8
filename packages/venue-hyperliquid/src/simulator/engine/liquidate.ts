import { Decimal } from 'decimal.js'
import { dexOf } from '../market/listing.ts'
import type { Account, Liquidation, Position } from './account.ts'
import { remember } from './account.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'
import { endAllOrders } from './end-order.ts'
import { accountMargin } from './margin.ts'
import { orderUpdate } from './order.ts'
import { settlePosition } from './settle-position.ts'
import { systemOrder } from './system-order.ts'
import { takeLiquidity } from './take-liquidity.ts'

/** Closes by market what no longer covers its maintenance margin: every cross position of a dex together, an isolated one by itself. */
export function liquidate(core: EngineCore): void {
  for (const account of core.accounts.all()) {
    if (account.positions.size === 0) continue
    for (const dex of new Set([...account.positions.keys()].map(dexOf))) {
      const margin = accountMargin(account, core, dex)
      const crossFails = margin.cross.accountValue.lt(margin.crossMaintenance)
      const failing = margin.positions.filter((position) =>
        position.isolated ? position.marginUsed.lt(position.maintenance) : crossFails,
      )
      if (failing.length === 0) continue
      closeByForce(
        core,
        account,
        failing.map(({ position }) => position),
        'market',
      )
    }
  }
}

/**
 * Liquidates positions whatever their margin: through the book (what it cannot take is taken over at the mark), or all of it taken over by
 * the venue's liquidator vault (`backstop`).
 */
export function closeByForce(
  core: EngineCore,
  account: Account,
  positions: readonly Position[],
  method: Liquidation['method'],
): void {
  const [first] = positions
  if (first === undefined) return
  const dex = dexOf(first.coin)
  const value = accountMargin(account, core, dex).all.accountValue
  const notional = positions.reduce(
    (sum, { coin, szi }) => sum.plus(szi.abs().times(core.markPx(coin))),
    new Decimal(0),
  )
  const lid = core.nextTrade().tid
  endAllOrders(core, account, 'liquidatedCanceled', (coin) => dexOf(coin) === dex)
  for (const position of positions) close(core, account, position, method)
  core.emit({
    kind: 'liquidation',
    account,
    lid,
    notional: decimalText(notional, 6),
    accountValue: decimalText(value, 6),
  })
}

function close(core: EngineCore, account: Account, position: Position, method: Liquidation['method']): void {
  const { coin, szi } = position
  const mark = core.markPx(coin)
  const liquidation = { liquidatedUser: account.address, markPx: decimalText(mark) }
  const order = systemOrder(core, { coin, isBuy: szi.isNegative(), sz: szi.abs(), limitPx: mark, reduceOnly: true })
  remember(account, order)
  if (method === 'market') {
    takeLiquidity(core, account, order, { atAnyPrice: true, liquidation: { ...liquidation, method } })
  }
  settlePosition(core, account, coin, { oid: order.oid, liquidation: { ...liquidation, method: 'backstop' } })
  order.sz = new Decimal(0)
  order.status = 'filled'
  order.statusTimestamp = core.now
  core.emit({ kind: 'orders', account, updates: [orderUpdate(order)] })
}
