import { Exact } from '../../amounts/decimal-string.ts'
import type { Fee } from '../../contract/outcome.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import type { HoldResult } from './change-book.ts'
import { addToTrade, hold, plus } from './change-book.ts'
import { feeParts } from './fill-fee.ts'
import type { PositionBook } from './position-book.ts'

/** What an order cost that executed nothing, e.g. the network fee of a transaction that landed and failed. */
export interface OrderCost {
  readonly side: 'buy' | 'sell'
  readonly fee: Fee
  /** Venue time, ms. */
  readonly at: number
}

/**
 * Books the cost of a refused order as the fee of a fill would be: in quote or another asset it adds to what is invested (buy) or reduces what is
 * extracted (sell), in base it reduces what is held and leaves its cost. Without an open trade it is a loss of the position alone.
 */
export function applyOrderCost(book: PositionBook, cost: OrderCost, config: LearningConfig): HoldResult {
  const { usd, base } = feeParts(cost.fee)
  const paid: PositionBook = {
    ...book,
    investedUsd: cost.side === 'buy' ? plus(book.investedUsd, usd) : book.investedUsd,
    extractedUsd: cost.side === 'sell' ? plus(book.extractedUsd, usd.neg()) : book.extractedUsd,
    realisedPnlUsd: plus(book.realisedPnlUsd, usd.neg()),
    feesUsd: plus(book.feesUsd, usd),
    trade: book.trade === null ? null : addToTrade(book.trade, { feesUsd: usd, pnlUsd: usd.neg() }),
  }
  if (base.isZero() || book.trade === null) return { book: paid, closed: null }
  return hold(paid, Exact.max(0, new Exact(paid.quantity).minus(base)), new Exact(paid.costUsd), cost.at, config)
}
