import { Decimal } from 'decimal.js'
import type { Position } from './account.ts'

/** What a fill does to a position. */
export interface PositionChange {
  /** `undefined` when the position is gone. */
  readonly position: Position | undefined
  /** Profit of the part that was closed, fees not counted. */
  readonly closedPnl: Decimal
  /** As the venue words it: `Open Long`, `Close Short`, `Long > Short`, ... */
  readonly dir: string
  readonly startPosition: Decimal
  /** Margin that moves from the account into (positive) or out of an isolated position. */
  readonly marginMoved: Decimal
}

const ZERO = new Decimal(0)

/** Applies a signed fill. `isolatedLeverage` is null for a cross position. */
export function changePosition(
  coin: string,
  current: Position | undefined,
  signedSize: Decimal,
  price: Decimal,
  isolatedLeverage: number | null,
): PositionChange {
  const start = current?.szi ?? ZERO
  const next = start.plus(signedSize)
  const opposite = !start.isZero() && start.isPositive() !== signedSize.isPositive()
  const closed = opposite ? Decimal.min(start.abs(), signedSize.abs()) : ZERO
  const direction = start.isPositive() ? 1 : -1
  const closedPnl = current === undefined ? ZERO : price.minus(current.entryPx).times(closed).times(direction)
  const margin = current?.isolatedMargin ?? ZERO

  // Margin of the closed share is released; what is newly opened takes margin of its own.
  const keptMargin = start.isZero() ? ZERO : margin.times(start.abs().minus(closed)).div(start.abs())
  const opened = signedSize.abs().minus(closed)
  const newMargin = isolatedLeverage === null ? ZERO : opened.times(price).div(isolatedLeverage)
  const isolatedMargin = keptMargin.plus(newMargin)
  const flipped = opposite && !next.isZero() && next.isPositive() !== start.isPositive()
  const fresh = start.isZero() || flipped

  return {
    closedPnl,
    dir: directionText(start, next, signedSize),
    startPosition: start,
    marginMoved: isolatedMargin.minus(margin),
    position: next.isZero()
      ? undefined
      : {
          coin,
          szi: next,
          entryPx: fresh ? price : opposite ? (current?.entryPx ?? price) : averaged(current, signedSize, price),
          isolatedMargin,
          funding: {
            allTime: current?.funding.allTime ?? ZERO,
            sinceOpen: fresh ? ZERO : (current?.funding.sinceOpen ?? ZERO),
            sinceChange: ZERO,
          },
        },
  }
}

function averaged(current: Position | undefined, signedSize: Decimal, price: Decimal): Decimal {
  if (current === undefined) return price
  const held = current.szi.abs()
  const added = signedSize.abs()
  return current.entryPx.times(held).plus(price.times(added)).div(held.plus(added))
}

function directionText(start: Decimal, next: Decimal, signedSize: Decimal): string {
  const side = (size: Decimal) => (size.isPositive() ? 'Long' : 'Short')
  if (start.isZero() || start.isPositive() === signedSize.isPositive()) return `Open ${side(signedSize)}`
  if (next.isZero() || next.isPositive() === start.isPositive()) return `Close ${side(start)}`
  return `${side(start)} > ${side(next)}`
}
