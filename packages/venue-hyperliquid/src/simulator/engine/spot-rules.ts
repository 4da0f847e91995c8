import type { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { Account } from './account.ts'
import { spotHold, spotTotal } from './collateral.ts'
import type { EngineCore } from './core.ts'
import type { NewOrder } from './new-order.ts'
import type { Refusal } from './order-rules.ts'
import { distanceRefusal, gridRefusal } from './order-rules.ts'

const MINIMUM = 10

/** The rules of spot orders: grid, distance, value, and what is sold or paid with must be there. */
export function spotRefusal(
  core: EngineCore,
  account: Account,
  order: NewOrder,
  listing: Listing,
): Refusal | undefined {
  if (order.trigger !== null) return { text: 'Invalid TP/SL price.', status: 'badTriggerPxRejected' }
  return (
    gridRefusal(order, listing) ??
    distanceRefusal(order, core.markPx(listing.name)) ??
    valueRefusal(order, listing) ??
    balanceRefusal(core, account, order, listing)
  )
}

function valueRefusal(order: NewOrder, { quote }: Listing): Refusal | undefined {
  if (order.limitPx.times(order.sz).gte(MINIMUM)) return undefined
  return { text: `Order must have minimum value of ${MINIMUM} ${quote}.`, status: 'minTradeSpotNtlRejected' }
}

function balanceRefusal(core: EngineCore, account: Account, order: NewOrder, listing: Listing): Refusal | undefined {
  const free = (token: string): Decimal =>
    spotTotal(account, token).minus(spotHold(account, token, (coin) => core.spotPair(coin)))
  const enough = order.isBuy
    ? free(listing.quote).gte(order.limitPx.times(order.sz))
    : free(listing.base ?? '').gte(order.sz)
  return enough ? undefined : { text: 'Insufficient spot balance', status: 'insufficientSpotBalanceRejected' }
}
