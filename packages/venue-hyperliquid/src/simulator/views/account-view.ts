import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { leverageOf } from '../engine/account.ts'
import { spotHold } from '../engine/collateral.ts'
import type { EngineCore } from '../engine/core.ts'
import { decimalText } from '../engine/decimal-text.ts'
import type { MarginSummary, PositionMargin } from '../engine/margin.ts'
import { accountMargin } from '../engine/margin.ts'
import type { Order } from '../engine/order.ts'
import { frontendOrder, orderBasics } from '../engine/order.ts'
import { restingMargin } from '../engine/order-rules.ts'
import { dexOf } from '../market/listing.ts'
import { SPOT_TOKENS } from '../market/spot-universe.ts'

/** `clearinghouseState`; of nobody: all zeros. */
export function clearinghouseView(core: EngineCore, account: Account | undefined, dex = '') {
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
  const margin = accountMargin(account, core, dex)
  return {
    marginSummary: summaryView(margin.all),
    crossMarginSummary: summaryView(margin.cross),
    crossMaintenanceMarginUsed: decimalText(margin.crossMaintenance, 6),
    withdrawable: decimalText(Decimal.max(0, margin.withdrawable.minus(restingMargin(core, account, dex))), 6),
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
  const listing = core.listing(position.coin)
  const leverage = leverageOf(account, listing)
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
    maxLeverage: listing.maxLeverage,
    cumFunding: {
      allTime: decimalText(allTime),
      sinceOpen: decimalText(sinceOpen),
      sinceChange: decimalText(sinceChange),
    },
  }
}

/** `openOrders`: the short form, newest first. Orders that wait for a parent are shown only as its children. */
export function openOrdersView(account: Account | undefined, dex = '') {
  return shown(account, dex).map((order) => orderBasics(order))
}

/** `frontendOpenOrders`: with trigger and type. */
export function frontendOrdersView(account: Account | undefined, dex = '') {
  return shown(account, dex).map((order) => frontendOrder(order, childrenOf(account, order)))
}

function shown(account: Account | undefined, dex: string): Order[] {
  const orders = [...(account?.openOrders.values() ?? [])]
  return orders.filter((order) => order.stage !== 'parent' && dexOf(order.coin) === dex).reverse()
}

export function childrenOf(account: Account | undefined, parent: Order): Order[] {
  return [...(account?.openOrders.values() ?? [])].filter((order) => order.parent === parent.oid)
}

/** `spotClearinghouseState`; USDC is always listed. */
export function spotView(core: EngineCore, account: Account | undefined) {
  const tokens = SPOT_TOKENS.filter(({ name, index }) => index === 0 || account?.spot.has(name))
  return {
    balances: tokens.map(({ name, index }) => {
      const balance = account?.spot.get(name)
      const hold = account === undefined ? ZERO : spotHold(account, name, (coin) => core.spotPair(coin))
      return {
        coin: name,
        token: index,
        total: decimalText(balance?.total ?? ZERO),
        hold: decimalText(hold),
        entryNtl: decimalText(balance?.entryNtl ?? ZERO),
      }
    }),
  }
}

const ZERO = new Decimal(0)

/** `activeAssetData`: how much more can be traded in a coin. */
export function activeAssetView(core: EngineCore, account: Account, coin: string) {
  const listing = core.listing(coin)
  const { szDecimals, dex } = listing
  const leverage = leverageOf(account, listing)
  const mark = core.markPx(coin)
  const margin = accountMargin(account, core, dex)
  const free = Decimal.max(
    0,
    margin.cross.accountValue.minus(margin.cross.totalMarginUsed).minus(restingMargin(core, account, dex)),
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
