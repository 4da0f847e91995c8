import { decimalFrom, Exact, ZERO } from '../../amounts/decimal-string.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import type { FillResult } from './apply-fill.ts'
import { closeTrade } from './closed-trade.ts'
import type { PositionBook } from './position-book.ts'

/**
 * Writes off a quantity that the venue would not sell whole (judge that with `isDust`, when no order is open): the quantity becomes 0, the
 * trade is closed, the dust is recorded with its cost. A flat book is returned as it is.
 */
export function writeOffDust(
  book: PositionBook,
  at: number,
  config: LearningConfig,
): Pick<FillResult, 'book' | 'closed'> {
  if (book.quantity === ZERO) return { book, closed: null }
  const dust = { quantity: book.quantity, costUsd: book.costUsd }
  return {
    book: {
      ...book,
      quantity: ZERO,
      costUsd: ZERO,
      averageEntry: null,
      dustQuantity: decimalFrom(new Exact(book.dustQuantity).plus(dust.quantity)),
      dustCostUsd: decimalFrom(new Exact(book.dustCostUsd).plus(dust.costUsd)),
      trade: null,
    },
    closed: book.trade === null ? null : closeTrade(book.trade, at, dust, config),
  }
}
