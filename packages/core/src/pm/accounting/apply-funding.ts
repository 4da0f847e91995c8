import type { DecimalString } from '../../amounts/decimal-string.ts'
import { decimalFrom, Exact } from '../../amounts/decimal-string.ts'
import type { PositionBook } from './position-book.ts'

/** Books a funding payment in USD: positive received, negative paid. It is P&L and touches neither invested nor extracted. */
export function applyFunding(book: PositionBook, amountUsd: DecimalString): PositionBook {
  const plus = (value: DecimalString): DecimalString => decimalFrom(new Exact(value).plus(amountUsd))
  const { trade } = book
  return {
    ...book,
    realisedPnlUsd: plus(book.realisedPnlUsd),
    fundingUsd: plus(book.fundingUsd),
    trade: trade === null ? null : { ...trade, pnlUsd: plus(trade.pnlUsd), fundingUsd: plus(trade.fundingUsd) },
  }
}
