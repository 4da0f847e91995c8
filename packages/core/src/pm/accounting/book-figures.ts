import { toNumber } from '../../amounts/decimal-string.ts'
import { clamp } from '../numeric/clamp.ts'
import type { PlanPosition } from '../plan/plan-input.ts'
import type { PositionBook } from './position-book.ts'

/** A book in floating point: what a plan reads of it. JSON-safe. */
export type BookFigures = Pick<PlanPosition, 'quantity' | 'averageEntry' | 'investedUsd' | 'extractedUsd' | 'openedBy'>

export function bookFigures(book: PositionBook): BookFigures {
  return {
    quantity: toNumber(book.quantity),
    averageEntry: book.averageEntry === null ? null : toNumber(book.averageEntry),
    investedUsd: toNumber(book.investedUsd),
    extractedUsd: toNumber(book.extractedUsd),
    openedBy: book.trade?.pattern ?? null,
  }
}

/** USD that a position may still spend: its allocation less what it has put in, and never more than it does not hold at cost. */
export function remainingUsd(figures: BookFigures, allocationUsd: number): number {
  const { quantity, averageEntry, investedUsd, extractedUsd } = figures
  const unheld = Math.max(0, allocationUsd - quantity * (averageEntry ?? 0))
  return clamp(allocationUsd - (investedUsd - extractedUsd), 0, unheld)
}

/** The position as a plan sees it, with this allocation. */
export function planPosition(figures: BookFigures, allocationUsd: number): PlanPosition {
  const { quantity, averageEntry, investedUsd, extractedUsd, openedBy } = figures
  const remaining = remainingUsd(figures, allocationUsd)
  return { quantity, averageEntry, allocationUsd, investedUsd, extractedUsd, remainingUsd: remaining, openedBy }
}
