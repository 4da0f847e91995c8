import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { leverageOf } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { decimalText } from '../engine/decimal-text.ts'
import type { MarginSummary, PositionMargin } from '../engine/margin.ts'
import { accountMargin } from '../engine/margin.ts'
import type { Order } from '../engine/order.ts'
import { frontendOrder, orderBasics } from '../engine/order.ts'
import { restingMargin } from '../engine/order-rules.ts'

/** `clearinghouseState`; of nobody: all zeros. */
export function clearinghouseView(core: EngineCore, account: Account | undefined) {
  const zero = { accountValue: '0.0', totalNtlPos: '0.0', totalRawUsd: '0.0', totalMarginUsed: '0.0' }
  if (account === undefined) {
    return {
      marginSummary: zero,
      crossMarginSummary: zero,
      crossMaintenanceMarginUsed: '0.0',
      withdrawable: '0.0',
      assetPositions: [],
      time: core.now,
    }
  }
  const margin = accountMargin(account, core)
  return {
    marginSummary: summaryView(margin.all),
    crossMarginSummary: summaryView(margin.cross),
    crossMaintenanceMarginUsed: decimalText(margin.crossMaintenance, 6),
    withdrawable: decimalText(Decimal.max(0, margin.withdrawable.minus(restingMargin(core, account))), 6),
    assetPositions: margin.positions.map((position) => ({
      type: 'oneWay',
      position: positionView(core, account, position),
    })),
    time: core.now,
  }
}

function summaryView(summary: MarginSummary) {
  return {
    accountValue: decimalText(summary.accountValue, 6),
    totalNtlPos: decimalText(summary.totalNtlPos, 6),
    totalRawUsd: decimalText(summary.totalRawUsd, 6),
    totalMarginUsed: decimalText(summary.totalMarginUsed, 6),
  }
}

function positionView(core: EngineCore, account: Account, valued: PositionMargin) {
  const { position, notional, unrealizedPnl, marginUsed, liquidationPx } = valued
  const maxLeverage = core.maxLeverage(position.coin)
  const leverage = leverageOf(account, position.coin, maxLeverage)
  const entryNotional = position.entryPx.times(position.szi.abs())
  const rawUsd = marginUsed.minus(position.szi.isPositive() ? notional : notional.neg())
  const { allTime, sinceOpen, sinceChange } = position.funding
  return {
    coin: position.coin,
    szi: decimalText(position.szi),
    leverage:
      leverage.type === 'isolated'
        ? { type: 'isolated', value: leverage.value, rawUsd: decimalText(rawUsd, 6) }
        : { type: 'cross', value: leverage.value },
    entryPx: decimalText(position.entryPx.toSignificantDigits(6)),
    positionValue: decimalText(notional, 6),
    unrealizedPnl: decimalText(unrealizedPnl, 6),
    returnOnEquity: decimalText(unrealizedPnl.times(leverage.value).div(entryNotional), 10),
    liquidationPx: liquidationPx === null ? null : decimalText(liquidationPx, 8),
    marginUsed: decimalText(marginUsed, 6),
    maxLeverage,
    cumFunding: {
      allTime: decimalText(allTime),
      sinceOpen: decimalText(sinceOpen),
      sinceChange: decimalText(sinceChange),
    },
  }
}

/** `openOrders`: the short form, newest first. Orders that wait for a parent are shown only as its children. */
export function openOrdersView(account: Account | undefined) {
  return shown(account).map((order) => orderBasics(order))
}

/** `frontendOpenOrders`: with trigger and type. */
export function frontendOrdersView(account: Account | undefined) {
  return shown(account).map((order) => frontendOrder(order, childrenOf(account, order)))
}

function shown(account: Account | undefined): Order[] {
  return [...(account?.openOrders.values() ?? [])].filter((order) => order.stage !== 'parent').reverse()
}

export function childrenOf(account: Account | undefined, parent: Order): Order[] {
  return [...(account?.openOrders.values() ?? [])].filter((order) => order.parent === parent.oid)
}

/** `spotClearinghouseState`: spot is not simulated, so there is only an empty USDC balance. */
export function spotView() {
  return { balances: [{ coin: 'USDC', token: 0, total: '0.0', hold: '0.0', entryNtl: '0.0' }] }
}

/** `activeAssetData`: how much more can be traded in a coin. */
export function activeAssetView(core: EngineCore, account: Account, coin: string) {
  const listing = core.market.listing(coin)
  const szDecimals = listing?.szDecimals ?? 0
  const leverage = leverageOf(account, coin, core.maxLeverage(coin))
  const mark = core.markPx(coin)
  const margin = accountMargin(account, core)
  const free = Decimal.max(
    0,
    margin.cross.accountValue.minus(margin.cross.totalMarginUsed).minus(restingMargin(core, account)),
  )
  const held = account.positions.get(coin)?.szi ?? new Decimal(0)
  const size = (isBuy: boolean) => {
    const closing = held.isZero() || held.isPositive() === isBuy ? new Decimal(0) : held.abs().times(2)
    return decimalText(free.times(leverage.value).div(mark).plus(closing), szDecimals)
  }
  return {
    user: account.address,
    coin,
    leverage,
    maxTradeSzs: [size(true), size(false)],
    availableToTrade: [decimalText(free, 6), decimalText(free, 6)],
    markPx: decimalText(mark),
  }
}
