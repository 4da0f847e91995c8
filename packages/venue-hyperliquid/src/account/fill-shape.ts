import type { Fill } from '@portolan/core'
import { Exact, instrumentId } from '@portolan/core'
import { z } from 'zod'
import { addressText, cloidText, decimalText, orderIdText, sideLetter, timeMs } from '../rest/decode.ts'

/** Fees of tiny fills are rounded. */
const FEE_ROUNDING = '0.01'

const positive = decimalText.refine((amount) => new Exact(amount).gt(0), 'expected more than zero')

/** A fill as `userFillsByTime` and the stream `userFills` tell it. `fee` includes a builder's. */
export const fillShape = z
  .object({
    coin: z.string().min(1),
    px: positive,
    sz: positive,
    side: sideLetter,
    time: timeMs,
    dir: z.string(),
    oid: orderIdText,
    // Fills of former years lack it.
    tid: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullish(),
    startPosition: decimalText.nullish(),
    fee: decimalText,
    cloid: cloidText,
    liquidation: z.object({ liquidatedUser: addressText.nullish() }).nullish(),
  })
  .refine(({ px, sz, fee }) => new Exact(fee).abs().lte(new Exact(px).times(sz).plus(FEE_ROUNDING)), {
    path: ['fee'],
    message: 'expected less than what was traded',
    when: ({ issues }) => issues.length === 0,
  })
  .refine(({ tid, startPosition }) => tid != null || startPosition != null, {
    path: ['tid'],
    message: 'expected an id of the fill',
    when: ({ issues }) => issues.length === 0,
  })

/** A fill of the venue, checked. */
export type VenueFill = z.output<typeof fillShape>

/**
 * Identity of a fill on its account, the same wherever it is told. It joins three numbers, since `tid` is a hash and by itself not unique; where there is
 * none, the position before the fill tells those of one order and millisecond apart.
 */
export function fillId({ time, oid, tid, startPosition }: VenueFill): string {
  return `${time}:${oid}:${tid ?? `p${startPosition ?? ''}`}`
}

/**
 * As the ledger takes it.
 * @param account whose fill it is, lower-case.
 */
export function toFill(fill: VenueFill, account: string, sealedId = fill.cloid): Fill {
  const cause = causeOf(fill, account)
  return {
    id: fillId(fill),
    orderId: fill.oid,
    sealedId,
    instrument: instrumentId(fill.coin),
    side: fill.side,
    price: fill.px,
    quantity: fill.sz,
    // A perpetual's fee is always taken from its collateral, the quote asset.
    fee: { in: 'quote', amount: fill.fee },
    at: fill.time,
    ...(cause === undefined ? {} : { cause }),
  }
}

function causeOf(fill: VenueFill, account: string): NonNullable<Fill['cause']> | undefined {
  // The field is also set on the fill of whoever took the other side.
  if (fill.liquidation?.liquidatedUser === account || fill.dir.startsWith('Liquidated')) return 'liquidation'
  if (fill.dir === 'Auto-Deleveraging') return 'auto-deleveraging'
  // Positions that the venue moves or ends without an order of anybody.
  if (fill.dir === 'Settlement' || fill.dir === 'Net Child Vaults') return 'settlement'
  return undefined
}
