import { Decimal } from 'decimal.js'
import { MARGIN_TABLES } from '../../reference/index.ts'
import type { Listing } from '../market/listing.ts'
import { dexOf } from '../market/listing.ts'
import type { Account, Position } from './account.ts'
import { leverageOf } from './account.ts'
import { cashOf } from './collateral.ts'

/** Mark price and terms of a coin. */
export interface MarginSource {
  markPx(coin: string): Decimal
  listing(coin: string): Listing
}

/** One position valued at the mark price, USD. */
export interface PositionMargin {
  readonly position: Position
  readonly notional: Decimal
  readonly unrealizedPnl: Decimal
  /** What it ties up: notional / leverage, or the margin set apart plus profit when isolated. */
  readonly marginUsed: Decimal
  readonly maintenance: Decimal
  readonly isolated: boolean
  readonly liquidationPx: Decimal | null
}

export interface MarginSummary {
  readonly accountValue: Decimal
  readonly totalNtlPos: Decimal
  readonly totalRawUsd: Decimal
  readonly totalMarginUsed: Decimal
}

/** An account valued as `clearinghouseState` shows it. */
export interface AccountMargin {
  readonly all: MarginSummary
  readonly cross: MarginSummary
  readonly crossMaintenance: Decimal
  readonly withdrawable: Decimal
  readonly positions: readonly PositionMargin[]
}

const ZERO = new Decimal(0)

/** @param dex whose clearinghouse: the accounts of the dexes are kept apart. */
export function accountMargin(account: Account, source: MarginSource, dex = ''): AccountMargin {
  const valued = [...account.positions.values()]
    .filter(({ coin }) => dexOf(coin) === dex)
    .map((position) => valuePosition(account, position, source))
  const cross = valued.filter((position) => !position.isolated)
  const crossMaintenance = sum(cross, (position) => position.maintenance)
  const crossSummary = summary(cashOf(account, dex).plus(sum(cross, (position) => position.unrealizedPnl)), cross)
  const isolatedValue = sum(valued, ({ isolated, marginUsed }) => (isolated ? marginUsed : ZERO))
  const floor = Decimal.max(crossSummary.totalMarginUsed, crossSummary.totalNtlPos.times('0.1'))
  return {
    all: summary(crossSummary.accountValue.plus(isolatedValue), valued),
    cross: crossSummary,
    crossMaintenance,
    withdrawable: Decimal.max(0, crossSummary.accountValue.minus(floor)),
    positions: valued.map((position) => ({
      ...position,
      liquidationPx: liquidationPrice(position, crossSummary.accountValue.minus(crossMaintenance), source),
    })),
  }
}

/** Half of the initial margin at maximum leverage, less the deduction of the tier. Source: the venue's margin-tier page. */
function maintenanceMargin({ maxLeverage, marginTableId }: Listing, notional: Decimal): Decimal {
  const table = MARGIN_TABLES.find(({ id }) => id === marginTableId)
  const tiers = table?.marginTiers ?? [{ lowerBound: '0.0', maxLeverage }]
  let rate = ZERO
  let deduction = ZERO
  for (const tier of tiers) {
    if (notional.lt(tier.lowerBound)) break
    const next = new Decimal(1).div(2 * tier.maxLeverage)
    deduction = deduction.plus(next.minus(rate).times(tier.lowerBound))
    rate = next
  }
  return notional.times(rate).minus(deduction)
}

function valuePosition(account: Account, position: Position, source: MarginSource): PositionMargin {
  const mark = source.markPx(position.coin)
  const listing = source.listing(position.coin)
  const leverage = leverageOf(account, listing)
  const notional = position.szi.abs().times(mark)
  const unrealizedPnl = mark.minus(position.entryPx).times(position.szi)
  const isolated = leverage.type === 'isolated'
  return {
    position,
    notional,
    unrealizedPnl,
    isolated,
    marginUsed: isolated ? position.isolatedMargin.plus(unrealizedPnl) : notional.div(leverage.value),
    maintenance: maintenanceMargin(listing, notional),
    liquidationPx: null,
  }
}

/** price - side * available / size / (1 - l * side). Source: the venue's liquidation page. */
function liquidationPrice(position: PositionMargin, crossAvailable: Decimal, source: MarginSource): Decimal | null {
  const { szi, coin } = position.position
  const side = szi.isPositive() ? 1 : -1
  const available = position.isolated ? position.marginUsed.minus(position.maintenance) : crossAvailable
  const rate = new Decimal(1).div(2 * source.listing(coin).maxLeverage)
  const price = source.markPx(coin).minus(
    available
      .times(side)
      .div(szi.abs())
      .div(new Decimal(1).minus(rate.times(side))),
  )
  return price.gt(0) ? price : null
}

function summary(accountValue: Decimal, positions: readonly PositionMargin[]): MarginSummary {
  const totalNtlPos = sum(positions, (position) => position.notional)
  const signed = sum(positions, ({ position, notional }) => (position.szi.isPositive() ? notional : notional.neg()))
  return {
    accountValue,
    totalNtlPos,
    totalRawUsd: accountValue.minus(signed),
    totalMarginUsed: sum(positions, (position) => position.marginUsed),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => Decimal): Decimal {
  return items.reduce((total, item) => total.plus(of(item)), ZERO)
}
