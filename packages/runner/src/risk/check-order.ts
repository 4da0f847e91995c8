import type { DecimalString, OrderRequest } from '@portolan/core'
import { Exact } from '@portolan/core'
import type { RiskLimits } from './limits.ts'
import type { TradingOrder } from './trading-state.ts'

/** Why the runner did not let an order go. */
export type RiskReason =
  | 'halted'
  | 'reducing'
  | 'max-order'
  | 'max-position'
  | 'max-venue'
  | 'max-total'
  | 'max-leverage'
  | 'order-rate'
  | 'price-deviation'
  | 'stale-price'
  | 'unknown-price'
  | 'unknown-equity'

export type RiskVerdict =
  | { readonly kind: 'allowed' }
  /** `message` is one sentence for a person, with both numbers. */
  | { readonly kind: 'refused'; readonly reason: RiskReason; readonly message: string }

/** What a check looks at. Amounts in USD (the quote asset is read as USD), times in ms by the runner's clock. */
export interface RiskPicture {
  readonly now: number
  /** Newest price of the instrument and when it was seen; `null` when none was. */
  readonly price: { readonly value: DecimalString; readonly at: number } | null
  /** Value of the position that the order is for. */
  readonly positionUsd: Exact
  /** Value of all positions of the entry and of entries under way on it. */
  readonly venueUsd: Exact
  /** The same over all entries. */
  readonly totalUsd: Exact
  /** What the account is worth; `null` when unknown. */
  readonly equityUsd: Exact | null
  /** Orders sent in the last 60 s. */
  readonly ordersLastMinute: number
}

const ALLOWED: RiskVerdict = { kind: 'allowed' }

/**
 * May this order be sent? Asked right before every submission, whatever was asked before. An order that only reduces passes every limit: what is held can
 * always be sold. A limit that cannot be checked refuses.
 */
export function checkOrder(
  order: Pick<OrderRequest, 'side' | 'quantity' | 'spend' | 'limitPrice' | 'reduceOnly'>,
  picture: RiskPicture,
  limits: RiskLimits,
  binding: TradingOrder | null,
  /** Sells off what is held because a person, or a breaker, asked for it. */
  flattening: boolean,
): RiskVerdict {
  if (flattening) return ALLOWED
  if (binding?.state === 'halted') return refused('halted', `halted: ${binding.reason}`)
  const exit = order.reduceOnly
  if (exit) return ALLOWED
  if (binding?.state === 'reducing') return refused('reducing', `only exits: ${binding.reason}`)
  return entryVerdict(order, picture, limits)
}

function entryVerdict(
  order: Pick<OrderRequest, 'side' | 'quantity' | 'spend' | 'limitPrice'>,
  picture: RiskPicture,
  limits: RiskLimits,
): RiskVerdict {
  const { price, now } = picture
  const limitPrice = new Exact(order.limitPrice)
  // What it costs at worst.
  const notional = order.spend === null ? limitPrice.times(order.quantity) : new Exact(order.spend)
  if (limits.maxOrdersPerMinute !== null && picture.ordersLastMinute >= limits.maxOrdersPerMinute) {
    const { ordersLastMinute } = picture
    return refused('order-rate', `${ordersLastMinute} orders in the last minute, at most ${limits.maxOrdersPerMinute}`)
  }
  if (limits.maxPriceAgeMs !== null || limits.maxPriceDeviationBps !== null) {
    if (price === null) return refused('unknown-price', 'no price of the instrument has been seen')
    if (limits.maxPriceAgeMs !== null && now - price.at > limits.maxPriceAgeMs) {
      return refused('stale-price', `the newest price is ${now - price.at} ms old, at most ${limits.maxPriceAgeMs} ms`)
    }
    if (limits.maxPriceDeviationBps !== null) {
      const worse = order.side === 'buy' ? limitPrice.minus(price.value) : new Exact(price.value).minus(limitPrice)
      const bps = worse.div(price.value).times(10_000)
      if (bps.gt(limits.maxPriceDeviationBps)) {
        return refused(
          'price-deviation',
          `the limit price is ${bps.toDecimalPlaces(1).toFixed()} bps from the newest price, at most ${limits.maxPriceDeviationBps}`,
        )
      }
    }
  }
  const sums: readonly (readonly [RiskReason, string, Exact, number | null])[] = [
    ['max-order', 'the order', new Exact(0), limits.maxOrderUsd],
    ['max-position', 'the position', picture.positionUsd, limits.maxPositionUsd],
    ['max-venue', 'all positions of the venue', picture.venueUsd, limits.maxVenueUsd],
    ['max-total', 'all positions', picture.totalUsd, limits.maxTotalUsd],
  ]
  for (const [reason, what, before, limit] of sums) {
    const after = before.plus(notional)
    if (limit !== null && after.gt(limit)) {
      return refused(reason, `${what} would be ${usd(after)} USD, at most ${limit}`)
    }
  }
  if (limits.maxLeverage !== null) {
    const { equityUsd } = picture
    if (equityUsd === null || !equityUsd.gt(0)) return refused('unknown-equity', 'the equity of the account is unknown')
    const leverage = picture.venueUsd.plus(notional).div(equityUsd)
    if (leverage.gt(limits.maxLeverage)) {
      return refused(
        'max-leverage',
        `leverage would be ${leverage.toDecimalPlaces(2).toFixed()}, at most ${limits.maxLeverage}`,
      )
    }
  }
  return ALLOWED
}

function refused(reason: RiskReason, message: string): RiskVerdict {
  return { kind: 'refused', reason, message }
}

function usd(amount: Exact): string {
  return amount.toDecimalPlaces(2).toFixed()
}
