import { z } from 'zod'
import { dexOfCoin } from '../instruments/dex.ts'
import { addressText, cloidText, decimalText, orderIdText, sideLetter, timeMs } from '../rest/decode.ts'

/** Answer to `clearinghouseState`. */
export const clearinghouseShape = z.object({
  marginSummary: z.object({ accountValue: decimalText }),
  withdrawable: decimalText,
  assetPositions: z.array(
    z.object({ position: z.object({ coin: z.string(), szi: decimalText, entryPx: decimalText.nullish() }) }),
  ),
  /** The venue's time of this state, ms. */
  time: timeMs,
})

/** Answer to `spotClearinghouseState`. */
export const spotBalancesShape = z.object({
  balances: z.array(z.object({ coin: z.string(), total: decimalText, hold: decimalText })),
})

/** An order as `frontendOpenOrders` and `orderStatus` tell it. `sz` is what remains of `origSz`. */
export const orderShape = z.object({
  coin: z.string(),
  side: sideLetter,
  limitPx: decimalText,
  sz: decimalText,
  origSz: decimalText,
  oid: orderIdText,
  timestamp: timeMs,
  reduceOnly: z.boolean().nullish(),
  cloid: cloidText,
})

/** Answer to `frontendOpenOrders` of a dex: its perpetuals. What else rests, on spot pairs, is not looked at any closer. */
export const openOrdersOf = (dex: string) =>
  z
    .array(z.looseObject({ coin: z.string() }))
    .transform((orders) => orders.filter(({ coin }) => dexOfCoin(coin) === dex))
    .pipe(z.array(orderShape))

/** Answer to `orderStatus`. */
export const orderStatusShape = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('order'),
    order: z.object({ order: orderShape, status: z.string(), statusTimestamp: timeMs }),
  }),
  z.object({ status: z.literal('unknownOid') }),
])

/** Answer to `userRole`. */
export const userRoleShape = z.discriminatedUnion('role', [
  z.object({ role: z.literal('agent'), data: z.object({ user: addressText }) }),
  z.object({ role: z.literal('subAccount'), data: z.object({ master: addressText }) }),
  z.object({ role: z.enum(['user', 'vault', 'missing']) }),
])

/** Answer to `userAbstraction`: where the collateral is kept. */
export const userAbstractionShape = z.string()
