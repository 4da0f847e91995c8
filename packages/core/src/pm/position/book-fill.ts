import type { DecimalString } from '../../amounts/decimal-string.ts'
import { toNumber, ZERO } from '../../amounts/decimal-string.ts'
import type { BookedFill } from '../accounting/apply-fill.ts'
import { applyFill } from '../accounting/apply-fill.ts'
import { applyFunding } from '../accounting/apply-funding.ts'
import type { OrderCost } from '../accounting/apply-order-cost.ts'
import { applyOrderCost } from '../accounting/apply-order-cost.ts'
import { bookFigures, planPosition } from '../accounting/book-figures.ts'
import type { ClosedTrade } from '../accounting/closed-trade.ts'
import { writeOffDust } from '../accounting/write-off-dust.ts'
import type { PmConfig } from '../config/pm-config.ts'
import { applyFillToHistory, endTrade } from '../history/apply-fill-to-history.ts'
import type { Intent } from '../plan/intent.ts'
import type { PositionState } from './position-state.ts'

/** What booking did. */
export interface Booking {
  /** The trade that it ended: to be recorded and learned. */
  readonly closed: ClosedTrade | null
  /** Base units of a sell beyond what was held: not this position's, not booked. `0` normally. */
  readonly excess: DecimalString
}

/**
 * Books one fill into a position, in place: the book, then what the history counts. `intent` is the whole intent it belongs to, null for an
 * external fill (by hand, liquidation, or the adoption of a holding). Book every fill id once: the ledger's key sees to that.
 * @throws {InvalidFillError} when the fill states no trade; the state is then unchanged.
 */
export function bookFill(state: PositionState, fill: BookedFill, intent: Intent | null, config: PmConfig): Booking {
  const { book, closed, proceedsUsd, excess } = applyFill(state.book, fill, intent, config.learning)
  const before = state.figures
  state.book = book
  state.figures = planPosition(bookFigures(book), state.figures.allocationUsd)
  const booked = { fill, intent, proceedsUsd: toNumber(proceedsUsd), before, after: state.figures }
  applyFillToHistory(state.history, booked, config)
  return { closed, excess }
}

/** Books a funding payment in USD (positive received), in place. */
export function bookFunding(state: PositionState, amountUsd: DecimalString): void {
  state.book = applyFunding(state.book, amountUsd)
}

/** Books what a refused order cost, in place. Book each order once: the ledger's key sees to that. */
export function bookOrderCost(state: PositionState, cost: OrderCost, config: PmConfig): Booking {
  const { book, closed } = applyOrderCost(state.book, cost, config.learning)
  state.book = book
  state.figures = planPosition(bookFigures(book), state.figures.allocationUsd)
  if (closed !== null) endTrade(state.history)
  return { closed, excess: ZERO }
}

/** Writes off what is left as dust, in place; to be asked for when no order is open and `isDust` says so. */
export function bookDust(state: PositionState, at: number, config: PmConfig): Booking {
  const { book, closed } = writeOffDust(state.book, at, config.learning)
  state.book = book
  state.figures = planPosition(bookFigures(book), state.figures.allocationUsd)
  endTrade(state.history)
  return { closed, excess: ZERO }
}

/** A holding that the position did not buy itself. */
export interface AdoptedHolding {
  /** Names the adoption in the ledger, like a fill id. */
  readonly id: string
  readonly quantity: DecimalString
  readonly averageEntry: DecimalString
  /** ms UTC. */
  readonly at: number
}

/**
 * Takes over a holding, in place, as an external buy at its average entry without a fee. Its stop comes from that entry and the ATR of
 * the last bar, or of the first step that has one.
 * @throws {InvalidFillError} when the quantity is not above 0; the state is then unchanged.
 */
export function adoptHolding(state: PositionState, holding: AdoptedHolding, config: PmConfig): Booking {
  const { id, quantity, averageEntry, at } = holding
  return bookFill(
    state,
    { id, side: 'buy', price: averageEntry, quantity, fee: { in: 'quote', amount: ZERO }, at },
    null,
    config,
  )
}
