import type { Account, VenueFill } from '../engine/account.ts'
import { findOrder } from '../engine/account.ts'
import { decimalText } from '../engine/decimal-text.ts'
import type { Order } from '../engine/order.ts'
import { frontendOrder } from '../engine/order.ts'
import { twapRecord } from '../engine/twap.ts'
import type { Json } from '../exchange/codec.ts'
import { cloid, DeserializeError, textOr } from '../exchange/codec.ts'
import { DEX_NAMES } from '../market/builder-dexes.ts'
import {
  activeAssetView,
  childrenOf,
  clearinghouseView,
  frontendOrdersView,
  openOrdersView,
  spotView,
} from '../views/account-view.ts'
import type { InfoContext, InfoHandler } from './info-context.ts'
import { coinOf, dexIn, numberOf, userAddress, userOf } from './info-context.ts'

/** Fills of one answer, and funding payments of one page. */
const FILLS = 2000
const PAGE = 500

/** Queries about an account. An agent's address has nothing of its own. */
export const ACCOUNT_INFO: Readonly<Record<string, InfoHandler>> = {
  clearinghouseState: (context, query) => {
    return clearinghouseView(context.core, userOf(context, query), dexIn(query))
  },
  spotClearinghouseState: (context, query) => {
    return spotView(context.core, userOf(context, query))
  },
  openOrders: (context, query) => {
    return openOrdersView(userOf(context, query), dexIn(query))
  },
  frontendOpenOrders: (context, query) => {
    return frontendOrdersView(userOf(context, query), dexIn(query))
  },
  orderStatus: (context, query) => {
    const account = userOf(context, query)
    const key = orderKey(query.oid)
    const order = account && findOrder(account, key)
    return order === undefined ? { status: 'unknownOid' } : { status: 'order', order: orderRecord(account, order) }
  },
  historicalOrders: (context, query) => {
    const account = userOf(context, query)
    return account?.orders.map((order) => orderRecord(account, order)).reverse() ?? []
  },
  userFills: (context, query) => {
    const fills = userOf(context, query)?.fills ?? []
    return aggregated(fills, query.aggregateByTime).slice(-FILLS).reverse()
  },
  userFillsByTime: (context, query) => {
    const account = userOf(context, query)
    const from = numberOf(query, 'startTime')
    const to = numberOf(query, 'endTime', Number.MAX_SAFE_INTEGER)
    const fills = account?.fills.filter((fill) => fill.time >= from && fill.time <= to) ?? []
    const page = aggregated(fills, query.aggregateByTime).slice(0, FILLS)
    return query.reversed === true ? page.reverse() : page
  },
  userFunding: (context, query) => {
    const account = userOf(context, query)
    const from = numberOf(query, 'startTime', 0)
    const to = numberOf(query, 'endTime', Number.MAX_SAFE_INTEGER)
    const payments = account?.fundings.filter(({ time }) => time >= from && time <= to) ?? []
    return payments.slice(0, PAGE).map(({ time, hash, coin, usdc, szi, fundingRate }) => ({
      time,
      hash,
      delta: { type: 'funding', coin, usdc, szi, fundingRate, nSamples: null },
    }))
  },
  activeAssetData: (context, query) => {
    const coin = coinOf(context, query.coin)
    const account = userOf(context, query)
    return account === undefined ? null : activeAssetView(context.core, account, coin)
  },
  userRateLimit: (context, query) => {
    const account = userOf(context, query)
    return {
      cumVlm: account === undefined ? '0.0' : decimalText(account.volume),
      nRequestsUsed: account?.requests ?? 0,
      nRequestsCap: account === undefined ? 10_000 : context.budget.capOf(account),
      nRequestsSurplus: account?.reservedRequests ?? 0,
    }
  },
  userRole: (context, query) => {
    const agent = context.access.accounts.findAgent(userAddress(query))
    if (agent !== undefined) return { role: 'agent', data: { user: agent.account.address } }
    const account = userOf(context, query)
    if (account === undefined) return { role: 'missing' }
    if (account.isVault) return { role: 'vault' }
    return account.master === null ? { role: 'user' } : { role: 'subAccount', data: { master: account.master } }
  },
  extraAgents: (context, query) => {
    const agents = userOf(context, query)?.agents ?? []
    return agents
      .filter((agent) => agent.name !== null)
      .map(({ name, address, validUntil }) => ({ name, address, validUntil }))
  },
  subAccounts: (context, query) => {
    const subs = subAccountsOf(context, query)
    if (subs.length === 0) return null
    return subs.map((sub) => ({
      ...owned(sub),
      clearinghouseState: clearinghouseView(context.core, sub),
      spotState: spotView(context.core, sub),
    }))
  },
  subAccounts2: (context, query) => {
    const subs = subAccountsOf(context, query)
    if (subs.length === 0) return null
    return subs.map((sub) => ({
      ...owned(sub),
      dexToClearinghouseState: DEX_NAMES.map((dex) => [dex, clearinghouseView(context.core, sub, dex)]),
      spotState: spotView(context.core, sub),
    }))
  },
  twapHistory: (context, query) => {
    const account = userOf(context, query)
    return account?.twaps.map((twap) => twapRecord(account, twap)).reverse() ?? []
  },
  userTwapSliceFills: (context, query) => [...(userOf(context, query)?.twapFills ?? [])].slice(-FILLS).reverse(),
  userTwapSliceFillsByTime: (context, query) => {
    const { from, to } = rangeOf(query)
    const fills = userOf(context, query)?.twapFills ?? []
    return fills.filter(({ fill }) => fill.time >= from && fill.time <= to).slice(0, FILLS)
  },
  userNonFundingLedgerUpdates: (context, query) => {
    const { from, to } = rangeOf(query)
    const updates = userOf(context, query)?.ledger ?? []
    return updates.filter(({ time }) => time >= from && time <= to).slice(0, PAGE)
  },
}

function rangeOf(query: Json): { readonly from: number; readonly to: number } {
  return { from: numberOf(query, 'startTime', 0), to: numberOf(query, 'endTime', Number.MAX_SAFE_INTEGER) }
}

function subAccountsOf(context: InfoContext, query: Json): Account[] {
  const account = userOf(context, query)
  return account === undefined ? [] : context.access.accounts.subAccounts(account).filter(({ isVault }) => !isVault)
}

function owned(sub: Account) {
  return { name: sub.name ?? '', subAccountUser: sub.address, master: sub.master }
}

/** Fills of one order in one millisecond as one, at their average price. */
export function aggregated(fills: readonly VenueFill[], aggregate: unknown): VenueFill[] {
  if (aggregate !== true) return [...fills]
  const groups = new Map<string, VenueFill>()
  for (const fill of fills) {
    const key = `${fill.oid}/${fill.time}/${fill.crossed}`
    const known = groups.get(key)
    groups.set(key, known === undefined ? fill : joined(known, fill))
  }
  return [...groups.values()]
}

function joined(first: VenueFill, second: VenueFill): VenueFill {
  const sum = (key: 'sz' | 'closedPnl' | 'fee') => Number(first[key]) + Number(second[key])
  const notional = Number(first.px) * Number(first.sz) + Number(second.px) * Number(second.sz)
  const text = (value: number) => String(Number(value.toFixed(8)))
  return {
    ...first,
    px: text(notional / sum('sz')),
    sz: text(sum('sz')),
    closedPnl: text(sum('closedPnl')),
    fee: text(sum('fee')),
  }
}

function orderKey(oid: unknown): number | string {
  if (typeof oid === 'number') return oid
  if (typeof oid === 'string' && /^\d+$/.test(oid)) return Number(oid)
  if (typeof oid === 'string') return textOr(cloid(oid), '')
  throw new DeserializeError('missing field `oid`')
}

function orderRecord(account: Account | undefined, order: Order) {
  return {
    order: frontendOrder(order, childrenOf(account, order)),
    status: order.status,
    statusTimestamp: order.statusTimestamp,
  }
}
