import type { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { Account } from './account.ts'
import { addCash, addSpot, spotTotal } from './collateral.ts'
import type { MarginSource } from './margin.ts'
import { accountMargin } from './margin.ts'

/**
 * With dex abstraction on, an order on a builder's dex takes what it lacks from the venue's own clearinghouse (USDC) or from the spot
 * balance of the dex's collateral. `false`: that is not on, or not enough.
 */
export function drawCollateral(account: Account, listing: Listing, missing: Decimal, source: MarginSource): boolean {
  if (!account.dexAbstraction || listing.dex === '') return false
  const amount = missing.toDecimalPlaces(2, 0)
  if (listing.quote !== 'USDC') {
    if (spotTotal(account, listing.quote).lt(amount)) return false
    addSpot(account, listing.quote, amount.neg())
  } else {
    if (accountMargin(account, source).withdrawable.lt(amount)) return false
    addCash(account, '', amount.neg())
  }
  addCash(account, listing.dex, amount)
  return true
}
