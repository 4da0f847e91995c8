import type { DecimalString, Instrument, Intent, SizingResult } from '@portolan/core'
import { decimalFromNumber, sizeOrder } from '@portolan/core'
import type { PositionRow } from '../store/store.ts'
import { sideOf } from './step-permission.ts'

/** The amounts of an intent as its instrument allows them now. */
export function sizeIntent(
  intent: Intent,
  row: PositionRow,
  market: {
    /** `null`: the venue does not know it any more. */
    readonly instrument: Instrument | null
    /** The newest price; `null`: that of the bar counts. */
    readonly price: DecimalString | null
    /** Quote units free in the account; `null` when unknown. */
    readonly funds: DecimalString | null
  },
): SizingResult {
  const { instrument, price, funds } = market
  if (instrument === null) {
    return { kind: 'skip', reason: 'no-price', message: `${row.instrument} is not known at the venue`, steps: [] }
  }
  const { maxSlippageBps, reduceOnly, notionalUsd, sizeFrac } = intent
  return sizeOrder({
    intent:
      sideOf(intent) === 'buy'
        ? { side: 'buy', notionalUsd, reduceOnly, maxSlippageBps }
        : { side: 'sell', sizeFrac, reduceOnly, maxSlippageBps },
    heldQuantity: row.quantity,
    referencePrice: price ?? decimalFromNumber(intent.close),
    constraints: instrument.sizing,
    ...(funds === null ? {} : { funds: { available: funds, takerBps: instrument.fees.takerBps } }),
  })
}
