import { Decimal } from 'decimal.js'
import type { Account, VenueFill } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import { applyFill } from './fill.ts'
import { fillResting } from './fill-resting.ts'
import type { Liquidity } from './merged-book.ts'
import { mergedBook } from './merged-book.ts'
import type { Order } from './order.ts'

export interface TakeOptions {
  /** Ignores the limit price: liquidations. */
  readonly atAnyPrice?: boolean
  readonly liquidation?: VenueFill['liquidation']
  readonly twapId?: number
}

/**
 * Matches an order against everything that stands on the other side within its limit, and books both sides of every trade. The order's
 * remaining size shrinks; what becomes of the rest is the caller's business. An own order in the way is cancelled, not traded with.
 */
export function takeLiquidity(
  core: EngineCore,
  account: Account,
  order: Order,
  options: TakeOptions = {},
): VenueFill[] {
  const listing = core.market.listing(order.coin)
  if (listing === undefined) return []
  const book = mergedBook(core, order.coin)
  const limit = order.limitPx.toNumber()
  const fills: VenueFill[] = []
  // All trades of one order happen in one transaction.
  const hash = core.nextHash()
  for (const standing of order.isBuy ? book.asks : book.bids) {
    const within = options.atAnyPrice || (order.isBuy ? standing.price <= limit : standing.price >= limit)
    if (!within || order.sz.isZero()) break
    const owner = standing.order === undefined ? undefined : ownerOf(core, standing.order)
    if (owner === account && standing.order !== undefined) {
      endOrder(core, account, standing.order, 'selfTradeCanceled')
      continue
    }
    const available = new Decimal(standing.lots).div(10 ** listing.szDecimals)
    const sz = Decimal.min(order.sz, available)
    if (sz.isZero()) continue
    fills.push(trade(core, account, order, standing, owner, sz, { ...options, hash }))
  }
  if (fills.length > 0) {
    const { twapId } = options
    core.emit(twapId === undefined ? { kind: 'fills', account, fills } : { kind: 'twapFills', account, fills, twapId })
  }
  return fills
}

function trade(
  core: EngineCore,
  account: Account,
  order: Order,
  standing: Liquidity,
  owner: Account | undefined,
  sz: Decimal,
  { liquidation, twapId, hash }: TakeOptions & { readonly hash: string },
): VenueFill {
  const px = new Decimal(standing.price)
  const { tid, stranger } = core.nextTrade()
  const { coin, isBuy, oid, cloid, builder } = order
  const fill = applyFill(core, account, {
    coin,
    isBuy,
    px,
    sz,
    oid,
    cloid,
    tid,
    hash,
    crossed: true,
    time: core.now,
    builder,
    ...(liquidation === undefined ? {} : { liquidation }),
    ...(twapId === undefined ? {} : { twapId }),
  })
  order.sz = order.sz.minus(sz)
  const lots = Math.round(sz.toNumber() * 10 ** (core.market.listing(coin)?.szDecimals ?? 0))
  let maker = stranger
  if (owner !== undefined && standing.order !== undefined) {
    maker = owner.address
    fillResting(core, owner, standing.order, { sz, time: core.now, tid, hash, ...(liquidation && { liquidation }) })
  } else core.market.take(coin, standing.price, lots, core.now)
  const printed = {
    time: core.now,
    price: standing.price,
    lots,
    tid,
    hash,
    side: isBuy ? ('B' as const) : ('A' as const),
    users: isBuy ? ([account.address, maker] as const) : ([maker, account.address] as const),
  }
  core.market.coin(coin).print(printed)
  core.emit({ kind: 'print', coin, trade: printed })
  return fill
}

function ownerOf(core: EngineCore, order: Order): Account | undefined {
  for (const account of core.accounts.all()) if (account.openOrders.get(order.oid) === order) return account
  return undefined
}
