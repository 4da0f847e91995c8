import type { Account } from './account.ts'
import { findOrder } from './account.ts'
import type { EngineCore } from './core.ts'
import { endOrder } from './end-order.ts'
import type { NewOrder, PlaceResult } from './new-order.ts'
import { refusal } from './order-rules.ts'
import { placeOrder } from './place-order.ts'
import { spotRefusal } from './spot-rules.ts'

export const CANNOT_MODIFY = 'Cannot modify canceled or filled order'

/** Cancels and replaces: the new order has a new id. An order that the venue would refuse leaves the old one as it is. */
export function modifyOrder(core: EngineCore, account: Account, key: number | string, request: NewOrder): PlaceResult {
  const old = findOrder(account, key)
  const listing = core.market.listing(request.asset)
  if (old === undefined || !account.openOrders.has(old.oid) || listing === undefined || old.coin !== listing.name) {
    return { kind: 'error', text: CANNOT_MODIFY }
  }
  account.openOrders.delete(old.oid)
  const refused = (listing.kind === 'spot' ? spotRefusal : refusal)(core, account, request, listing)
  account.openOrders.set(old.oid, old)
  if (refused !== undefined) return { kind: 'error', text: `${refused.text} asset=${request.asset}` }
  endOrder(core, account, old, 'canceled')
  // The client's id goes over to the new order, which has a new id of the venue.
  return placeOrder(core, account, { ...request, cloid: request.cloid ?? old.cloid })
}
