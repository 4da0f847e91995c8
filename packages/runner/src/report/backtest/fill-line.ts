import type { Fee } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import type { BacktestFill } from './backtest-step.ts'

/**
 * One fill as a line of `fills.jsonl`, without the line's end:
 * `ts, side, rule, price, quantity, notionalUsd, fee{in,amount,...}, feeUsd, intentId, fillId, orderId`; amounts are exact decimals as text, `ts` is ms.
 */
export function fillLine({ fill, intentId, rule }: BacktestFill): string {
  return JSON.stringify({
    ts: fill.at,
    side: fill.side,
    rule,
    price: fill.price,
    quantity: fill.quantity,
    notionalUsd: decimalFrom(new Exact(fill.price).times(fill.quantity)),
    fee: fill.fee,
    feeUsd: decimalFrom(feeUsd(fill.fee, fill.price)),
    intentId,
    fillId: fill.id,
    orderId: fill.orderId,
  })
}

/** What a fee is worth in USD at the price of its fill. */
export function feeUsd(fee: Fee, price: string): Exact {
  switch (fee.in) {
    case 'quote':
      return new Exact(fee.amount)
    case 'base':
      return new Exact(fee.amount).times(price)
    case 'other':
      return new Exact(fee.usd)
  }
}
