import { Decimal } from 'decimal.js'
import { fundingRate, oraclePrice } from '../market/asset-context.ts'
import { dexOf } from '../market/listing.ts'
import { numberText } from '../market/tick.ts'
import type { Account, FundingPayment, Position } from './account.ts'
import { leverageOf } from './account.ts'
import { addCash } from './collateral.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'

/** Settles the hour that ends at `hour`: longs pay shorts where the rate is positive, on oracle price times size. */
export function payFunding(core: EngineCore, hour: number): void {
  for (const account of core.accounts.all()) {
    for (const position of account.positions.values()) pay(core, account, position, hour)
  }
}

function pay(core: EngineCore, account: Account, position: Position, hour: number): void {
  const { coin, szi } = position
  const market = core.market.coin(coin)
  // The rate is that of the hour that is over.
  const rate = fundingRate(market, core.market.seed, hour - 1)
  const paid = szi
    .times(oraclePrice(market, core.market.seed, hour))
    .times(rate)
    .toDecimalPlaces(6, Decimal.ROUND_DOWN)
  const isolated = leverageOf(account, core.listing(coin)).type === 'isolated'
  const { allTime, sinceOpen, sinceChange } = position.funding
  account.positions.set(coin, {
    ...position,
    isolatedMargin: isolated ? position.isolatedMargin.minus(paid) : position.isolatedMargin,
    funding: { allTime: allTime.plus(paid), sinceOpen: sinceOpen.plus(paid), sinceChange: sinceChange.plus(paid) },
  })
  if (!isolated) addCash(account, dexOf(coin), paid.neg())
  const payment: FundingPayment = {
    // The venue settles some milliseconds after the hour.
    time: hour + 40,
    coin,
    usdc: decimalText(paid.neg()),
    szi: decimalText(szi),
    fundingRate: numberText(rate, 10),
    hash: `0x${'0'.repeat(64)}`,
  }
  account.fundings.push(payment)
  core.emit({ kind: 'funding', account, payment })
}
