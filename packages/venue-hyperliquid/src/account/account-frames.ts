import { z } from 'zod'
import type { DexChoice } from '../instruments/dex.ts'
import { isChosenPerp } from '../instruments/dex.ts'
import { addressText, timeMs } from '../rest/decode.ts'
import { orderShape } from './account-shapes.ts'
import { fillShape } from './fill-shape.ts'
import { toPayment, userFundingsShape } from './funding-payment.ts'

/** An element of the channel `orderUpdates`, which is a bare list and names no account. */
export const orderUpdateShape = z.object({ order: orderShape, status: z.string(), statusTimestamp: timeMs })

/** What the venue tells of an order by itself. */
export type OrderUpdate = z.output<typeof orderUpdateShape>

const anyCoin = z.looseObject({ coin: z.string() })
const snapshot = { isSnapshot: z.boolean().optional(), user: addressText }

/**
 * Shapes of the messages about an account. What is no perpetual of a traded dex (spot pairs, dust that the venue converted, outcomes) is left out before
 * anything but its name is looked at, so that it can spoil nothing.
 */
export function accountFrames(dexes: DexChoice) {
  const isOurs = ({ coin }: { coin: string }) => isChosenPerp(coin, dexes)
  const fills = z
    .array(anyCoin)
    .transform((all) => all.filter(isOurs))
    .pipe(z.array(fillShape))
  return {
    userFills: z.object({ ...snapshot, fills }),
    userTwapSliceFills: z
      .object({
        ...snapshot,
        twapSliceFills: z
          .array(z.object({ fill: anyCoin }))
          .transform(fillsOf)
          .pipe(fills),
      })
      .transform(({ twapSliceFills, ...rest }) => ({ ...rest, fills: twapSliceFills })),
    userFundings: userFundingsShape.extend({ user: addressText }).transform(({ fundings, ...rest }) => ({
      ...rest,
      payments: fundings.filter(isOurs).map(toPayment),
    })),
    orderUpdates: z
      .array(z.looseObject({ order: anyCoin }))
      .transform((all) => all.filter(({ order }) => isOurs(order)))
      .pipe(z.array(orderUpdateShape)),
  }
}

function fillsOf(slices: readonly { readonly fill: z.output<typeof anyCoin> }[]) {
  return slices.map(({ fill }) => fill)
}
