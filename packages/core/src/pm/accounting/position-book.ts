import type { DecimalString } from '../../amounts/decimal-string.ts'
import { ZERO } from '../../amounts/decimal-string.ts'
import type { OpenTrade } from './open-trade.ts'

/**
 * What a position holds, what it cost and what came of it, exact. Immutable, plain JSON. Base quantities in units of the instrument,
 * everything else in USD. Which fills were booked is known to the ledger, not here.
 */
export interface PositionBook {
  /** Base units held, never below 0. */
  readonly quantity: DecimalString
  /** Cost of what is held, without fees in quote. */
  readonly costUsd: DecimalString
  /** costUsd / quantity; null when flat. */
  readonly averageEntry: DecimalString | null
  /** Spent on buys, ever, fees included. */
  readonly investedUsd: DecimalString
  /** Received from sells, ever, net of fees. */
  readonly extractedUsd: DecimalString
  /** Proceeds - average cost of what was sold - fees + funding, ever. */
  readonly realisedPnlUsd: DecimalString
  /** Fees in quote and other assets, ever; a fee in base is in the average entry instead. */
  readonly feesUsd: DecimalString
  readonly fundingUsd: DecimalString
  /** Base units written off as dust, ever, and their cost. */
  readonly dustQuantity: DecimalString
  readonly dustCostUsd: DecimalString
  /** From the fill that left 0 to the one that returns to it. */
  readonly trade: OpenTrade | null
}

/** A position that never traded. */
export function createBook(): PositionBook {
  return {
    quantity: ZERO,
    costUsd: ZERO,
    averageEntry: null,
    investedUsd: ZERO,
    extractedUsd: ZERO,
    realisedPnlUsd: ZERO,
    feesUsd: ZERO,
    fundingUsd: ZERO,
    dustQuantity: ZERO,
    dustCostUsd: ZERO,
    trade: null,
  }
}
