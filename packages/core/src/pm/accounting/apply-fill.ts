import type { DecimalString } from '../../amounts/decimal-string.ts'
import { decimalFrom, Exact, ZERO } from '../../amounts/decimal-string.ts'
import type { Fill } from '../../contract/outcome.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import type { Intent } from '../plan/intent.ts'
import { tradePattern } from '../plan/rule.ts'
import { addToTrade, hold, plus } from './change-book.ts'
import type { ClosedTrade } from './closed-trade.ts'
import { feeParts } from './fill-fee.ts'
import { entryContext, openTrade } from './open-trade.ts'
import type { PositionBook } from './position-book.ts'

/** The part of a fill that is booked. */
export type BookedFill = Pick<Fill, 'id' | 'side' | 'price' | 'quantity' | 'fee' | 'at'>

/** What a fill did to a book. */
export interface FillResult {
  readonly book: PositionBook
  /** The trade that this fill ended. */
  readonly closed: ClosedTrade | null
  /** USD received, net of fees; 0 for a buy. */
  readonly proceedsUsd: DecimalString
  /** Base units of a sell beyond what was held: not this position's, and not booked. */
  readonly excess: DecimalString
}

/** Thrown for a fill that states no trade. Nothing was booked; the venue adapter that reported it is wrong. */
export class InvalidFillError extends Error {
  override readonly name = 'InvalidFillError'
  readonly fillId: string
  constructor(fill: BookedFill) {
    super(`fill ${fill.id} says ${fill.quantity} at ${fill.price}: want a quantity above 0 and a price of at least 0`)
    this.fillId = fill.id
  }
}

/**
 * Books one fill. Apply each fill id once; order matters only for averages. `intent` is null for a fill that no intent of this
 * position caused.
 * @throws {InvalidFillError}
 */
export function applyFill(
  book: PositionBook,
  fill: BookedFill,
  intent: Intent | null,
  config: LearningConfig,
): FillResult {
  if (!new Exact(fill.quantity).gt(0) || new Exact(fill.price).lt(0)) throw new InvalidFillError(fill)
  return fill.side === 'buy' ? applyBuy(book, fill, intent, config) : applySell(book, fill, intent, config)
}

function applyBuy(book: PositionBook, fill: BookedFill, intent: Intent | null, config: LearningConfig): FillResult {
  const quantity = new Exact(fill.quantity)
  const notional = quantity.mul(fill.price)
  const fee = feeParts(fill.fee)
  const opened =
    book.trade ??
    openTrade(fill.at, tradePattern(intent?.rule ?? 'external'), intent === null ? null : entryContext(intent))
  const trade = addToTrade(opened, {
    boughtQuantity: quantity,
    boughtUsd: notional,
    feesUsd: fee.usd,
    pnlUsd: fee.usd.neg(),
  })
  const next: PositionBook = {
    ...book,
    investedUsd: plus(book.investedUsd, notional.plus(fee.usd)),
    realisedPnlUsd: plus(book.realisedPnlUsd, fee.usd.neg()),
    feesUsd: plus(book.feesUsd, fee.usd),
    trade,
  }
  const held = new Exact(book.quantity).plus(quantity).minus(fee.base)
  return {
    ...hold(next, held, new Exact(book.costUsd).plus(notional), fill.at, config),
    proceedsUsd: ZERO,
    excess: ZERO,
  }
}

function applySell(book: PositionBook, fill: BookedFill, intent: Intent | null, config: LearningConfig): FillResult {
  const held = new Exact(book.quantity)
  const stated = new Exact(fill.quantity)
  const sold = Exact.min(stated, held)
  const excess = decimalFrom(stated.minus(sold))
  if (sold.isZero() || book.trade === null) return { book, closed: null, proceedsUsd: ZERO, excess }
  const ours = sold.div(stated)
  const fee = feeParts(fill.fee)
  const feeUsd = fee.usd.mul(ours)
  const notional = sold.mul(fill.price)
  const cost = new Exact(book.costUsd)
  const soldCost = sold.eq(held) ? cost : cost.mul(sold).div(held)
  const pnl = notional.minus(soldCost).minus(feeUsd)
  const trade = addToTrade(book.trade, { soldQuantity: sold, soldUsd: notional, feesUsd: feeUsd, pnlUsd: pnl })
  const next: PositionBook = {
    ...book,
    extractedUsd: plus(book.extractedUsd, notional.minus(feeUsd)),
    realisedPnlUsd: plus(book.realisedPnlUsd, pnl),
    feesUsd: plus(book.feesUsd, feeUsd),
    trade: { ...trade, lastSellRule: intent?.rule ?? 'external' },
  }
  const left = held.minus(sold).minus(fee.base.mul(ours))
  const proceedsUsd = decimalFrom(notional.minus(feeUsd))
  return { ...hold(next, left, cost.minus(soldCost), fill.at, config), proceedsUsd, excess }
}
