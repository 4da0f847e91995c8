import { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { Account, VenueFill } from './account.ts'
import { leverageOf } from './account.ts'
import { addCash, addSpot, spotTotal } from './collateral.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'
import type { Builder } from './fee.ts'
import { feeRate } from './fee.ts'
import { changePosition } from './position-change.ts'

/** One side of a trade. */
export interface FillInput {
  readonly coin: string
  readonly isBuy: boolean
  readonly px: Decimal
  readonly sz: Decimal
  readonly oid: number
  readonly cloid: string | null
  /** Taker. */
  readonly crossed: boolean
  readonly time: number
  readonly tid: number
  readonly hash: string
  readonly liquidation?: VenueFill['liquidation']
  readonly builder?: Builder | null
  readonly twapId?: number | null
  /** Instead of what follows from the position; such fills cost no fee. */
  readonly dir?: string
}

/** What a fill did, as far as its record says so. */
interface Booked {
  readonly startPosition: Decimal
  readonly dir: string
  readonly closedPnl: Decimal
  readonly fee: Decimal
  readonly feeToken: string
}

/** Books a fill: position or balances, profit, fee, volume. Returns the record; the caller announces it. */
export function applyFill(core: EngineCore, account: Account, input: FillInput): VenueFill {
  const listing = core.listing(input.coin)
  const { px, sz, builder } = input
  const notional = px.times(sz)
  const builderFee = notional.times(builder?.fee ?? 0).div(100_000)
  const rate = input.dir === undefined ? feeRate(listing, input.crossed) : new Decimal(0)
  const fee = notional.times(rate).plus(builderFee).toDecimalPlaces(6, Decimal.ROUND_DOWN)
  const booked = listing.base === null ? bookPerp(account, input, listing, fee) : bookSpot(account, input, listing, fee)
  account.volume = account.volume.plus(notional)
  const fill: VenueFill = {
    coin: input.coin,
    px: decimalText(px),
    sz: decimalText(sz),
    side: input.isBuy ? 'B' : 'A',
    time: input.time,
    startPosition: decimalText(booked.startPosition),
    dir: input.dir ?? booked.dir,
    closedPnl: decimalText(booked.closedPnl, 6),
    hash: input.hash,
    oid: input.oid,
    crossed: input.crossed,
    fee: decimalText(booked.fee),
    tid: input.tid,
    ...(input.cloid === null ? {} : { cloid: input.cloid }),
    ...(input.liquidation === undefined ? {} : { liquidation: input.liquidation }),
    ...(builderFee.isZero() ? {} : { builderFee: decimalText(builderFee, 6) }),
    feeToken: booked.feeToken,
    twapId: input.twapId ?? null,
  }
  // The venue keeps the fills of a TWAP apart from all others.
  if (input.twapId == null) account.fills.push(fill)
  else account.twapFills.push({ fill, twapId: input.twapId })
  return fill
}

function bookPerp(account: Account, input: FillInput, listing: Listing, fee: Decimal): Booked {
  const { coin, px, sz } = input
  const leverage = leverageOf(account, listing)
  const signed = input.isBuy ? sz : sz.neg()
  const isolated = leverage.type === 'isolated' ? leverage.value : null
  const change = changePosition(coin, account.positions.get(coin), signed, px, isolated)
  if (change.position === undefined) account.positions.delete(coin)
  else account.positions.set(coin, change.position)
  addCash(account, listing.dex, change.closedPnl.minus(fee).minus(change.marginMoved))
  return { ...change, fee, feeToken: listing.quote }
}

/** What is bought pays its fee in itself, what is sold in what it is sold for. */
function bookSpot(account: Account, input: FillInput, listing: Listing, fee: Decimal): Booked {
  const { px, sz, isBuy } = input
  const base = listing.base ?? ''
  const held = spotTotal(account, base)
  const notional = px.times(sz)
  if (isBuy) {
    const inBase = fee.div(px).toDecimalPlaces(listing.szDecimals + 5, Decimal.ROUND_DOWN)
    addSpot(account, base, sz.minus(inBase), notional)
    addSpot(account, listing.quote, notional.neg())
    return { startPosition: held, dir: 'Buy', closedPnl: new Decimal(0), fee: inBase, feeToken: base }
  }
  const cost = held.isZero() ? new Decimal(0) : (account.spot.get(base)?.entryNtl ?? new Decimal(0)).times(sz).div(held)
  addSpot(account, base, sz.neg())
  addSpot(account, listing.quote, notional.minus(fee))
  return { startPosition: held, dir: 'Sell', closedPnl: notional.minus(cost), fee, feeToken: listing.quote }
}
