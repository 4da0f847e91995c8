import type { EngineCore } from './core.ts'
import type { Order } from './order.ts'

/** Something a taker can hit: a level of the market, or a resting order of an account. */
export type Liquidity =
  | { readonly price: number; readonly lots: number; readonly orders: number; readonly order?: undefined }
  | { readonly price: number; readonly lots: number; readonly orders: 1; readonly order: Order }

export interface MergedBook {
  /** Best first; at one price the market before the accounts, the accounts in order of their ids. */
  readonly bids: readonly Liquidity[]
  readonly asks: readonly Liquidity[]
}

/** The market's levels and all accounts' resting orders together. */
export function mergedBook(core: EngineCore, coin: string): MergedBook {
  const { bids, asks } = core.market.book(coin, core.now)
  const scale = 10 ** (core.market.listing(coin)?.szDecimals ?? 0)
  const resting = core
    .resting(coin)
    .sort((a, b) => a.oid - b.oid)
    .map((order) => ({
      price: order.limitPx.toNumber(),
      lots: Math.round(order.sz.toNumber() * scale),
      orders: 1 as const,
      order,
    }))
  const side = (levels: readonly Liquidity[], isBuy: boolean): Liquidity[] =>
    [...levels, ...resting.filter(({ order }) => order.isBuy === isBuy)].sort((a, b) =>
      isBuy ? b.price - a.price : a.price - b.price,
    )
  return { bids: side(bids, true), asks: side(asks, false) }
}

/** A price level as it is shown. */
export interface ShownLevel {
  readonly price: number
  readonly lots: number
  readonly orders: number
}

/** Adds up what stands at the same price. */
export function shownLevels(side: readonly Liquidity[], limit: number): ShownLevel[] {
  const levels: { price: number; lots: number; orders: number }[] = []
  for (const { price, lots, orders } of side) {
    const last = levels.at(-1)
    if (last?.price === price) {
      last.lots += lots
      last.orders += orders
    } else if (levels.length === limit) break
    else levels.push({ price, lots, orders })
  }
  return levels
}
