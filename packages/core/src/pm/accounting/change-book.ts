import type { DecimalString } from '../../amounts/decimal-string.ts'
import { decimalFrom, Exact, ZERO } from '../../amounts/decimal-string.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import type { ClosedTrade } from './closed-trade.ts'
import { closeTrade } from './closed-trade.ts'
import type { OpenTrade } from './open-trade.ts'
import type { PositionBook } from './position-book.ts'

/** A book with another quantity, and the trade that ended with it. */
export interface HoldResult {
  readonly book: PositionBook
  readonly closed: ClosedTrade | null
}

/** Sets what is held. At 0 the trade ends, and a cost that is left was taken by fees in base: it is lost. */
export function hold(book: PositionBook, quantity: Exact, cost: Exact, at: number, config: LearningConfig): HoldResult {
  if (quantity.gt(0)) {
    const averageEntry = decimalFrom(cost.div(quantity))
    return {
      book: { ...book, quantity: decimalFrom(quantity), costUsd: decimalFrom(cost), averageEntry },
      closed: null,
    }
  }
  const trade = book.trade === null ? null : addToTrade(book.trade, { pnlUsd: cost.neg() })
  return {
    book: {
      ...book,
      quantity: ZERO,
      costUsd: ZERO,
      averageEntry: null,
      realisedPnlUsd: plus(book.realisedPnlUsd, cost.neg()),
      trade: null,
    },
    closed: trade === null ? null : closeTrade(trade, at, null, config),
  }
}

type TradeSum = 'boughtQuantity' | 'boughtUsd' | 'soldQuantity' | 'soldUsd' | 'feesUsd' | 'pnlUsd'

/** A trade with more on its sums; what was at risk is followed. */
export function addToTrade(trade: OpenTrade, sums: Partial<Record<TradeSum, Exact>>): OpenTrade {
  const add = (name: TradeSum): DecimalString => {
    const more = sums[name]
    return more === undefined ? trade[name] : plus(trade[name], more)
  }
  const next: OpenTrade = {
    ...trade,
    boughtQuantity: add('boughtQuantity'),
    boughtUsd: add('boughtUsd'),
    soldQuantity: add('soldQuantity'),
    soldUsd: add('soldUsd'),
    feesUsd: add('feesUsd'),
    pnlUsd: add('pnlUsd'),
  }
  const atRisk = new Exact(next.boughtUsd).plus(next.feesUsd).minus(next.soldUsd)
  return { ...next, peakAtRiskUsd: decimalFrom(Exact.max(trade.peakAtRiskUsd, atRisk)) }
}

/** An amount with more on it. */
export function plus(amount: DecimalString, more: Exact): DecimalString {
  return more.isZero() ? amount : decimalFrom(new Exact(amount).plus(more))
}
