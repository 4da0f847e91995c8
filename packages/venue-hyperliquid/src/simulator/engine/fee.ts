import { Decimal } from 'decimal.js'
import { BASE_FEES } from '../../reference/index.ts'
import type { Listing } from '../market/listing.ts'

const SPOT_FEES = { taker: '0.0007', maker: '0.0004' } as const
/** Builders' perps cost twice as much; those in growth mode a tenth of that. Source: the venue's fee page. */
const BUILDER_SCALE = 2
const GROWTH_SCALE = 0.1

/** Somebody who brought the order and takes a fee of his own, in tenths of a basis point. */
export interface Builder {
  readonly address: string
  readonly fee: number
}

/** Fee as a fraction of notional. */
export function feeRate(listing: Listing, isTaker: boolean): Decimal {
  const fees = listing.kind === 'spot' ? SPOT_FEES : BASE_FEES
  const rate = new Decimal(isTaker ? fees.taker : fees.maker)
  if (listing.dex === '') return rate
  return rate.times(BUILDER_SCALE).times(listing.growthMode ? GROWTH_SCALE : 1)
}
