import { Exact } from '@portolan/core'
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
  /** The venue's time of this state, ms. Answers of former years lack it. */
  time: timeMs.nullish(),
})

/** Of an answer to `clearinghouseState`, the venue's time. */
export const venueTimeShape = z.object({ time: timeMs })

/** Answer to `spotClearinghouseState`. */
export const spotBalancesShape = z.object({
  balances: z.array(z.object({ coin: z.string(), total: decimalText, hold: decimalText })),
})

const amount = decimalText.refine((text) => !text.startsWith('-'), 'expected no less than zero')

const order = z.object({
  coin: z.string(),
  side: sideLetter,
  limitPx: decimalText,
  sz: amount,
  origSz: amount,
  oid: orderIdText,
  timestamp: timeMs,
  reduceOnly: z.boolean().nullish(),
  cloid: cloidText,
})

/** An order as `frontendOpenOrders` and `orderStatus` tell it. `sz` is what remains of `origSz`. */
export const orderShape = order.refine(({ sz, origSz }) => new Exact(sz).lte(origSz), {
  path: ['sz'],
  message: 'expected no more than origSz',
  when: ({ issues }) => issues.length === 0,
})

/** An order that rests. How large it once was is not told by answers of former years. */
const restingOrderShape = order.extend({ origSz: decimalText.nullish() })

/** Answer to `frontendOpenOrders` of a dex: its perpetuals. What else rests, on spot pairs, is not looked at any closer. */
export const openOrdersOf = (dex: string) =>
  z
    .array(z.looseObject({ coin: z.string() }))
    .transform((orders) => orders.filter(({ coin }) => dexOfCoin(coin) === dex))
    .pipe(z.array(restingOrderShape))

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
