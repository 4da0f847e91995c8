import { Decimal } from 'decimal.js'
import { BASE_FEES } from '../../reference/index.ts'
import type { Account, VenueFill } from './account.ts'
import { leverageOf } from './account.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'
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
}

/** Books a fill: position, profit, fee, volume. Returns the record; the caller announces it. */
export function applyFill(core: EngineCore, account: Account, input: FillInput): VenueFill {
  const { coin, px, sz } = input
  const leverage = leverageOf(account, coin, core.maxLeverage(coin))
  const signed = input.isBuy ? sz : sz.neg()
  const isolated = leverage.type === 'isolated' ? leverage.value : null
  const change = changePosition(coin, account.positions.get(coin), signed, px, isolated)
  const notional = px.times(sz)
  const fee = notional.times(input.crossed ? BASE_FEES.taker : BASE_FEES.maker).toDecimalPlaces(6, Decimal.ROUND_DOWN)

  if (change.position === undefined) account.positions.delete(coin)
  else account.positions.set(coin, change.position)
  account.cash = account.cash.plus(change.closedPnl).minus(fee).minus(change.marginMoved)
  account.volume = account.volume.plus(notional)

  const fill: VenueFill = {
    coin,
    px: decimalText(px),
    sz: decimalText(sz),
    side: input.isBuy ? 'B' : 'A',
    time: input.time,
    startPosition: decimalText(change.startPosition),
    dir: change.dir,
    closedPnl: decimalText(change.closedPnl, 6),
    hash: input.hash,
    oid: input.oid,
    crossed: input.crossed,
    fee: decimalText(fee),
    tid: input.tid,
    ...(input.cloid === null ? {} : { cloid: input.cloid }),
    ...(input.liquidation === undefined ? {} : { liquidation: input.liquidation }),
    feeToken: 'USDC',
    twapId: null,
  }
  account.fills.push(fill)
  return fill
}
